using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The images that are prepared on this machine, which submitted settings are checked against.</summary>
public interface IPreparedImages
{
    /// <summary>What the images of a digest are like; null when they are not prepared here, so that only a trainer can tell.</summary>
    Task<PreparedDataset?> FindAsync(DatasetPlace place, string digest, CancellationToken cancellation);
}
