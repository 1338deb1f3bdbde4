

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The sums over an epoch's steps so far, in doubles, which a checkpoint restores exactly.</summary>
/// <param name="Loss">Sum over images of the loss without penalty.</param>
/// <param name="Penalty">Sum over images of λ·h.</param>
/// <param name="Lambda">λ of the last step.</param>
/// <param name="Images">Images trained on.</param>
internal sealed record EpochSums(double Loss, double Penalty, double Lambda, int Images)
{
    /// <summary>The sums before the first step.</summary>
    public static EpochSums Zero { get; } = new(0, 0, 0, 0);

    /// <summary>The sums after one more step.</summary>
    public EpochSums Add(StepMetrics step, int images) =>
        new(Loss + (step.Loss * images), Penalty + (step.Penalty * images), step.Lambda, Images + images);
}
