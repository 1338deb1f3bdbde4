using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>The known properties of a spec's images.</summary>
/// <param name="Digests">The digest of each dataset, or a placeholder when it is not known yet.</param>
/// <param name="Known">The datasets whose sizes are known.</param>
internal sealed record SpecImages(
    IReadOnlyDictionary<DatasetLocation, string> Digests, IReadOnlyDictionary<DatasetLocation, PreparedDataset> Known)
{
    /// <summary>The number of training images in a trial's dataset; null when unknown.</summary>
    public int? TrainImagesOf(TrialSpec trial) => Known.GetValueOrDefault(DatasetLocation.Of(trial))?.TrainImages;
}
