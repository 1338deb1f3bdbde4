using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The progress of a trial, except its tensors.</summary>
/// <param name="History">The finished epochs.</param>
/// <param name="Step">Steps done in the next epoch.</param>
/// <param name="Sums">The sums over those steps.</param>
internal sealed record TrainingState(IReadOnlyList<EpochRecord> History, int Step, EpochSums Sums)
{
    /// <summary>The state before the first step.</summary>
    public static TrainingState Start { get; } = new([], 0, EpochSums.Zero);

    /// <summary>The state after one more step, whose metrics are not added to the sums yet.</summary>
    public TrainingState AfterStep() => this with { Step = Step + 1 };

    /// <summary>The state after an epoch's end.</summary>
    public TrainingState After(EpochRecord epoch) => new([.. History, epoch], 0, EpochSums.Zero);
}
