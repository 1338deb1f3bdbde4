namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a message did to the schedule.</summary>
internal enum ScheduleOutcome
{
    /// <summary>The message was news, and is applied.</summary>
    Applied = 0,

    /// <summary>The schedule knew it already; nothing changed.</summary>
    Repeated = 1,

    /// <summary>The message is about an attempt or a load that is not the current one; nothing changed.</summary>
    Stale = 2,
}

/// <summary>A message's outcome, and what is to be done because of it.</summary>
/// <param name="Outcome">What the message did.</param>
/// <param name="Commands">To be executed in any order.</param>
internal sealed record ScheduleChange(ScheduleOutcome Outcome, IReadOnlyList<ScheduleCommand> Commands);
