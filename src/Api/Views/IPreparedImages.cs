using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The images of this machine, which submitted settings are checked against.</summary>
public interface IPreparedImages
{
    /// <summary>
    /// What the images of a digest are like; null when they are not prepared here, so that only a trainer can tell.
    /// </summary>
    Task<PreparedDataset?> FindAsync(DatasetLocation place, string digest, CancellationToken cancellation);

    /// <summary>
    /// Prepares images, or finds them prepared: reports each step, and a <see cref="PreparedDataset"/> in the end. A
    /// folder is a name below this machine's own data root. Throws <see cref="BadInputException"/> when there are no
    /// such images.
    /// </summary>
    IAsyncEnumerable<PrepareEvent> PrepareAsync(DatasetLocation place, CancellationToken cancellation);
}
