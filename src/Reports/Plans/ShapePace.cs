using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>How fast trials of a shape train, on the devices that a plan is for.</summary>
/// <param name="imagesPerSecond">By shape, as it was measured.</param>
/// <param name="trainImages">How many training images a trial's data set has; null where that is not known.</param>
public sealed class ShapePace(
    IReadOnlyDictionary<TrialShape, double> imagesPerSecond, Func<TrialSpec, int?> trainImages)
{
    /// <summary>Nothing is known.</summary>
    public static ShapePace Unknown { get; } = new(new Dictionary<TrialShape, double>(), static _ => null);

    /// <summary>The time of an epoch's training; null when it is not known.</summary>
    public TimeSpan? PerEpoch(TrialSpec trial)
    {
        var images = (trial.TrainImages ?? trainImages(trial)) - (trial.ValidationImages ?? 0);
        return images > 0 && imagesPerSecond.TryGetValue(TrialShape.Of(trial), out var pace)
            ? TimeSpan.FromSeconds(images.Value / pace)
            : null;
    }
}
