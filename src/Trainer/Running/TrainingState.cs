using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>How far a trial is, beside its tensors.</summary>
/// <param name="History">The finished epochs.</param>
/// <param name="Step">Steps done in the epoch after those.</param>
/// <param name="Sums">What those steps summed up.</param>
internal sealed record TrainingState(IReadOnlyList<EpochRecord> History, int Step, EpochSums Sums)
{
    /// <summary>Before the first step.</summary>
    public static TrainingState Start { get; } = new([], 0, EpochSums.Zero);

    /// <summary>After one more step, whose figures are not summed up yet.</summary>
    public TrainingState AfterStep() => this with { Step = Step + 1 };

    /// <summary>After an epoch's end.</summary>
    public TrainingState After(EpochRecord epoch) => new([.. History, epoch], 0, EpochSums.Zero);
}
