

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Sums over the finished steps of an epoch. They are doubles, which checkpoints store exactly.</summary>
/// <param name="Loss">The sum over the images of the loss without the penalty.</param>
/// <param name="Penalty">The sum over the images of the penalty λ·h.</param>
/// <param name="Lambda">λ at the last step.</param>
/// <param name="Images">The number of images trained on.</param>
internal sealed record EpochSums(double Loss, double Penalty, double Lambda, int Images)
{
    /// <summary>The sums before the first step.</summary>
    public static EpochSums Zero { get; } = new(0, 0, 0, 0);

    /// <summary>Returns the sums after one more step.</summary>
    public EpochSums Add(StepMetrics step, int images) =>
        new(Loss + (step.Loss * images), Penalty + (step.Penalty * images), step.Lambda, Images + images);
}
