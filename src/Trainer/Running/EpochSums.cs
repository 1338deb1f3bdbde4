

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>What an epoch's steps have summed up so far, in doubles: a checkpoint restores them exactly.</summary>
/// <param name="Loss">Sum over images of the loss without penalty.</param>
/// <param name="Penalty">Sum over images of λ·h.</param>
/// <param name="Lambda">λ of the last step.</param>
/// <param name="Images">Images trained on.</param>
internal sealed record EpochSums(double Loss, double Penalty, double Lambda, int Images)
{
    /// <summary>Nothing yet.</summary>
    public static EpochSums Zero { get; } = new(0, 0, 0, 0);

    /// <summary>The sums after one more step.</summary>
    public EpochSums Add(StepMetrics step, int images) =>
        new(Loss + (step.Loss * images), Penalty + (step.Penalty * images), step.Lambda, Images + images);
}
