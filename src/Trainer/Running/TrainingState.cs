using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The progress of a trial, without its tensors.</summary>
/// <param name="History">The finished epochs.</param>
/// <param name="Step">The number of steps already done in the unfinished epoch.</param>
/// <param name="Sums">The sums over the steps of the unfinished epoch.</param>
internal sealed record TrainingState(IReadOnlyList<EpochRecord> History, int Step, EpochSums Sums)
{
    /// <summary>The state before the first step.</summary>
    public static TrainingState Start { get; } = new([], 0, EpochSums.Zero);

    /// <summary>
    /// The file with the weights of the best epoch so far (<see cref="WeightsFile"/>); null when there is none, or when
    /// it is not kept.
    /// </summary>
    public byte[]? BestWeights { get; init; }

    /// <summary>Returns the state after one more step. The step's metrics are not in the sums yet.</summary>
    public TrainingState AfterStep() => this with { Step = Step + 1 };

    /// <summary>Returns the state after the end of an epoch.</summary>
    public TrainingState After(EpochRecord epoch) => this with
    {
        History = [.. History, epoch],
        Step = 0,
        Sums = EpochSums.Zero,
    };
}
