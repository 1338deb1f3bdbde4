using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>What a node needs to start an attempt's trainer.</summary>
/// <param name="Id">The attempt.</param>
/// <param name="Spec">The spec of the trial to train.</param>
/// <param name="CheckpointEvery">The time between checkpoints within an epoch; zero: only at the ends of
/// epochs.</param>
/// <param name="HangAfter">How long the trainer may show no sign of life before it is killed; zero: without
/// limit.</param>
/// <param name="ReadAfter">The ledger already has the attempt's events up to this sequence number.</param>
/// <param name="TraceParent">The W3C <c>traceparent</c> of the attempt's span, for its trainer; null: none.</param>
[Immutable]
public sealed record TrainerOrder(
    AttemptId Id, TrialSpec Spec, TimeSpan CheckpointEvery, TimeSpan HangAfter, long ReadAfter = 0,
    string? TraceParent = null)
{
    /// <summary>The trial's checkpoint that the head stores; null: none.</summary>
    public StoredCheckpoint? Checkpoint { get; init; }

    /// <summary>True when the trial's best and last weights are kept.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>The UUID of the slot's GPU; null: a CPU slot.</summary>
    public string? Gpu { get; init; }
}
