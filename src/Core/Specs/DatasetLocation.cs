using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// The location of a trial's images, which identifies them until they are prepared and have a digest.
/// </summary>
/// <param name="Dataset">The kind of dataset.</param>
/// <param name="Folder">The folder's name below a data root, for <see cref="DatasetKind.ImageFolder"/>; otherwise
/// null.</param>
public sealed record DatasetLocation(DatasetKind Dataset, string? Folder)
{
    /// <summary>The location of a trial's images.</summary>
    public static DatasetLocation Of(TrialSpec trial) => new(trial.Dataset, trial.Folder);
}
