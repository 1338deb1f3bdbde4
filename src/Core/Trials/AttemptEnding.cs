namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Why an attempt ended.</summary>
public enum AttemptEnding
{
    /// <summary>Its folder contains a complete result.</summary>
    Completed = 0,

    /// <summary>The trainer itself exited with an error.</summary>
    Crashed = 1,

    /// <summary>The trainer was ended by a signal that sbnn did not send.</summary>
    Killed = 2,

    /// <summary>The trainer ran out of memory.</summary>
    OutOfMemory = 3,

    /// <summary>The loss became NaN or infinite. Not retried, because the same numbers would follow.</summary>
    Diverged = 4,

    /// <summary>The trial's data or settings cannot be used. Not retried.</summary>
    BadInput = 5,

    /// <summary>The trainer was asked to stop, wrote a checkpoint and exited.</summary>
    Stopped = 6,

    /// <summary>
    /// The trainer's node was gone for longer than the grace period, so the trainer wrote a checkpoint and exited.
    /// </summary>
    LeaseExpired = 7,

    /// <summary>The node that ran the trainer is gone, or no longer knows the attempt.</summary>
    NodeLost = 8,

    /// <summary>The process ended while its node was away, so the reason is unknown.</summary>
    Unknown = 9,

    /// <summary>The trainer wrote no event for <c>run.hang-after</c>, and was killed.</summary>
    Hung = 10,
}

/// <summary>What follows from an <see cref="AttemptEnding"/>.</summary>
public static class AttemptEndingExtensions
{
    /// <summary>True when another attempt would end the same way, so none is made.</summary>
    public static bool IsFinal(this AttemptEnding ending) => ending is AttemptEnding.Diverged or AttemptEnding.BadInput;

    /// <summary>
    /// True when the trial itself caused the failure, so the attempt may count towards the limit of attempts.
    /// </summary>
    public static bool IsOwnFault(this AttemptEnding ending) =>
        ending is AttemptEnding.Crashed or AttemptEnding.Killed or AttemptEnding.OutOfMemory or AttemptEnding.Hung;
}
