namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The metrics of a step.</summary>
/// <param name="Loss">The batch mean of the loss without the penalty.</param>
/// <param name="Penalty">The penalty λ·h.</param>
/// <param name="Lambda">λ of Eq. 17.</param>
/// <param name="Ones">U, the number of ones, before the update.</param>
public readonly record struct StepMetrics(double Loss, double Penalty, double Lambda, long Ones);
