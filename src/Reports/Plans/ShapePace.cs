using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>The training speed of trial shapes on the devices of a plan.</summary>
/// <param name="imagesPerSecond">The measured images per second of each shape.</param>
/// <param name="trainImages">Returns the number of training images of a trial's dataset; null when unknown.</param>
public sealed class ShapePace(
    IReadOnlyDictionary<TrialShape, double> imagesPerSecond, Func<TrialSpec, int?> trainImages)
{
    /// <summary>An instance without measurements.</summary>
    public static ShapePace Unknown { get; } = new(new Dictionary<TrialShape, double>(), static _ => null);

    /// <summary>The estimated training time of an epoch; null when unknown.</summary>
    public TimeSpan? PerEpoch(TrialSpec trial)
    {
        var images = (trial.TrainImages ?? trainImages(trial)) - (trial.ValidationImages ?? 0);
        return images > 0 && imagesPerSecond.TryGetValue(TrialShape.Of(trial), out var pace)
            ? TimeSpan.FromSeconds(images.Value / pace)
            : null;
    }
}
