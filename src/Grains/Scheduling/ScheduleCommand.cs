using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// A command of the schedule. Executing a command twice, or not at all, does no harm: a later message repeats what is
/// still needed.
/// </summary>
internal abstract record ScheduleCommand;

/// <summary>
/// Commit the attempt as running on the slot, then call Started, StartRefused or StartFailed of the schedule.
/// </summary>
/// <param name="Attempt">The trial's next attempt.</param>
/// <param name="Place">The slot.</param>
/// <param name="Waited">How long the trial waited for the slot.</param>
/// <param name="Gpu">The slot's GPU; null: a CPU slot.</param>
internal sealed record StartAttempt(AttemptId Attempt, SlotAddress Place, TimeSpan Waited, AttemptGpu? Gpu = null)
    : ScheduleCommand;

/// <summary>End the running attempt as lost. After the commit, the trial's grain calls Ended of the schedule.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">The reason as a sentence.</param>
internal sealed record LoseAttempt(AttemptId Attempt, string Reason) : ScheduleCommand;

/// <summary>Ask the node to synchronise now.</summary>
/// <param name="Node">The node.</param>
internal sealed record PokeNode(NodeName Node) : ScheduleCommand;

/// <summary>Read the open trials from the ledger: call BeginLoad, then Loaded or LoadFailed of the schedule.</summary>
internal sealed record LoadOpenTrials : ScheduleCommand;
