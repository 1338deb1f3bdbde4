using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// What the schedule wants done. Executing one twice, or not at all, harms nothing: a later message repeats what is
/// still needed.
/// </summary>
internal abstract record ScheduleCommand;

/// <summary>Commit the attempt as running on the slot, then answer with Started, StartRefused or StartFailed.</summary>
/// <param name="Attempt">The trial's next attempt.</param>
/// <param name="Place">The slot.</param>
/// <param name="Waited">How long the trial waited for it.</param>
/// <param name="Gpu">The GPU that the slot is of; null: a CPU slot.</param>
internal sealed record StartAttempt(AttemptId Attempt, SlotAddress Place, TimeSpan Waited, AttemptGpu? Gpu = null)
    : ScheduleCommand;

/// <summary>End the running attempt as lost; the trial's Ended follows from the commit.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">The reason in a sentence.</param>
internal sealed record LoseAttempt(AttemptId Attempt, string Reason) : ScheduleCommand;

/// <summary>Have the node synchronise now.</summary>
/// <param name="Node">The node.</param>
internal sealed record PokeNode(NodeName Node) : ScheduleCommand;

/// <summary>Read the open trials from the ledger: BeginLoad, then Loaded or LoadFailed.</summary>
internal sealed record LoadOpenTrials : ScheduleCommand;
