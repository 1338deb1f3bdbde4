using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The images of this machine, with which submitted settings are compared.</summary>
public interface IPreparedImages
{
    /// <summary>The properties of the images with a digest; null when they are not prepared on this machine.</summary>
    Task<PreparedDataset?> FindAsync(DatasetLocation place, string digest, CancellationToken cancellation);

    /// <summary>
    /// Prepares images that are not prepared yet. Reports each step, and a <see cref="PreparedDataset"/> at the end. A
    /// folder is a name below this machine's data root. Throws <see cref="BadInputException"/> when the images do not
    /// exist.
    /// </summary>
    IAsyncEnumerable<PrepareEvent> PrepareAsync(DatasetLocation place, CancellationToken cancellation);
}
