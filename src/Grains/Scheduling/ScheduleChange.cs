namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a message did to the schedule.</summary>
internal enum ScheduleOutcome
{
    /// <summary>The message was new, and is applied.</summary>
    Applied = 0,

    /// <summary>The schedule had applied the message before; nothing changed.</summary>
    Repeated = 1,

    /// <summary>The message is about an attempt or a load that is not the current one; nothing changed.</summary>
    Stale = 2,
}

/// <summary>A message's outcome, and the commands that follow from it.</summary>
/// <param name="Outcome">The message's outcome.</param>
/// <param name="Commands">Commands to execute in any order.</param>
internal sealed record ScheduleChange(ScheduleOutcome Outcome, IReadOnlyList<ScheduleCommand> Commands);
