using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>What a node needs to start an attempt's trainer.</summary>
/// <param name="Id">Which attempt.</param>
/// <param name="Spec">What to train.</param>
/// <param name="CheckpointEvery">The time between checkpoints within an epoch; zero: only at epochs' ends.</param>
/// <param name="HangAfter">How long its trainer may show no sign of life before it is ended by force; zero: for
/// ever.</param>
/// <param name="ReadAfter">Events up to this sequence are in the ledger already.</param>
/// <param name="TraceParent">The W3C <c>traceparent</c> of the attempt's span, for its trainer; null: there is
/// none.</param>
[Immutable]
public sealed record TrainerOrder(
    AttemptId Id, TrialSpec Spec, TimeSpan CheckpointEvery, TimeSpan HangAfter, long ReadAfter = 0,
    string? TraceParent = null)
{
    /// <summary>The checkpoint that the head holds of the trial; null: none.</summary>
    public StoredCheckpoint? Checkpoint { get; init; }

    /// <summary>The UUID of the GPU that it has a slot of; null: a CPU slot.</summary>
    public string? Gpu { get; init; }
}
