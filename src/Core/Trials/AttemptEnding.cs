namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Why an attempt ended.</summary>
public enum AttemptEnding
{
    /// <summary>The attempt's folder contains a complete result.</summary>
    Completed = 0,

    /// <summary>The trainer exited with an error.</summary>
    Crashed = 1,

    /// <summary>A signal that sbnn did not send ended the trainer.</summary>
    Killed = 2,

    /// <summary>The trainer ran out of memory.</summary>
    OutOfMemory = 3,

    /// <summary>
    /// The loss became NaN or infinite. The trial is not retried, because every attempt computes the same numbers.
    /// </summary>
    Diverged = 4,

    /// <summary>
    /// The trial's data or settings cannot be used. The trial is not retried, because another attempt would not change
    /// them.
    /// </summary>
    BadInput = 5,

    /// <summary>A stop was requested, and the trainer wrote a checkpoint and exited.</summary>
    Stopped = 6,

    /// <summary>
    /// The trainer's node did not renew the lease for the grace period, so the trainer wrote a checkpoint and exited.
    /// </summary>
    LeaseExpired = 7,

    /// <summary>The node that ran the trainer is no longer connected, or no longer has the attempt.</summary>
    NodeLost = 8,

    /// <summary>The trainer ended while its node was not running, so the reason is unknown.</summary>
    Unknown = 9,

    /// <summary>The trainer wrote no event for <c>run.hang-after</c>, and was killed.</summary>
    Hung = 10,
}

/// <summary>The consequences of an <see cref="AttemptEnding"/>.</summary>
public static class AttemptEndingExtensions
{
    /// <summary>True when another attempt would end the same way, so the trial is not retried.</summary>
    public static bool IsFinal(this AttemptEnding ending) => ending is AttemptEnding.Diverged or AttemptEnding.BadInput;

    /// <summary>
    /// True when the trial itself caused the failure, so the attempt may count towards <c>run.max-attempts</c>.
    /// </summary>
    public static bool IsOwnFault(this AttemptEnding ending) =>
        ending is AttemptEnding.Crashed or AttemptEnding.Killed or AttemptEnding.OutOfMemory or AttemptEnding.Hung;
}
