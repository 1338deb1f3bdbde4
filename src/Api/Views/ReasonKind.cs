namespace Sbnn.Sweeps.Api.Views;

/// <summary>Why a trial stands where it does. Written as kebab-case words.</summary>
public enum ReasonKind
{
    /// <summary>Waiting: every slot is taken.</summary>
    FreeSlot = 0,

    /// <summary>
    /// Waiting: it starts only on a device (a GPU, or a node's CPU slots) that runs nothing else, because it ran out of
    /// memory, is to run exclusively, or has a shape whose GPU memory is not measured yet.
    /// </summary>
    IdleNode = 1,

    /// <summary>Waiting: the backoff after an attempt has not ended.</summary>
    Backoff = 2,

    /// <summary>Waiting: no sbnn runs on the home.</summary>
    NoHead = 3,

    /// <summary>Running: its trainer starts, or prepares the training.</summary>
    Starting = 4,

    /// <summary>Running: another active sweep needs it, while this one is paused or cancelled.</summary>
    OtherSweep = 5,

    /// <summary>Running: no active sweep needs it, so it writes a checkpoint and leaves.</summary>
    Stopping = 6,

    /// <summary>Running: no sbnn runs on the home, but its trainer lives.</summary>
    TrainerOnItsOwn = 7,

    /// <summary>Running: no sbnn runs on the home, and its trainer is gone.</summary>
    TrainerGone = 8,

    /// <summary>Failed: its last attempt ended without a result, and it is not retried by itself.</summary>
    AttemptFailed = 9,

    /// <summary>Withdrawn: this sweep is paused, and no other active sweep needs it.</summary>
    SweepPaused = 10,

    /// <summary>Withdrawn: this sweep is cancelled, and no other active sweep needs it.</summary>
    SweepCancelled = 11,

    /// <summary>Withdrawn: no active sweep needs it.</summary>
    NotNeeded = 12,

    /// <summary>Waiting: no node takes trials.</summary>
    NoNode = 13,

    /// <summary>Waiting: no GPU that it may have has as much free memory as it needs.</summary>
    GpuMemory = 14,

    /// <summary>Waiting: no node offers a device that may take it.</summary>
    NoDevice = 15,
}
