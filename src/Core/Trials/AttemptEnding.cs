namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Why an attempt ended.</summary>
public enum AttemptEnding
{
    /// <summary>A complete result lies in its folder.</summary>
    Completed = 0,

    /// <summary>The trainer exited by itself with an error.</summary>
    Crashed = 1,

    /// <summary>The trainer was ended by a signal that nobody here sent.</summary>
    Killed = 2,

    /// <summary>The trainer ran out of memory.</summary>
    OutOfMemory = 3,

    /// <summary>The loss became NaN or infinite. Not tried again: the same numbers would follow.</summary>
    Diverged = 4,

    /// <summary>The trial's data or settings cannot be used. Not tried again.</summary>
    BadInput = 5,

    /// <summary>The trainer was asked to stop, wrote a checkpoint and left.</summary>
    Stopped = 6,

    /// <summary>
    /// The trainer's node was gone for longer than the grace period, so it wrote a checkpoint and left.
    /// </summary>
    LeaseExpired = 7,

    /// <summary>The node that ran it is gone, or no longer knows of it.</summary>
    NodeLost = 8,

    /// <summary>The process had ended before its node came back: how is not known.</summary>
    Unknown = 9,

    /// <summary>The trainer showed no sign of life for <c>run.hang-after</c>, and was ended by force.</summary>
    Hung = 10,
}

/// <summary>What follows from an <see cref="AttemptEnding"/>.</summary>
public static class AttemptEndingExtensions
{
    /// <summary>True when another attempt would end the same way, so none is made.</summary>
    public static bool IsFinal(this AttemptEnding ending) => ending is AttemptEnding.Diverged or AttemptEnding.BadInput;

    /// <summary>True when the attempt failed by itself, and so may count towards the limit of attempts.</summary>
    public static bool IsOwnFault(this AttemptEnding ending) =>
        ending is AttemptEnding.Crashed or AttemptEnding.Killed or AttemptEnding.OutOfMemory or AttemptEnding.Hung;
}
