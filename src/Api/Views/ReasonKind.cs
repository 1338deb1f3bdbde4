namespace Sbnn.Sweeps.Api.Views;

/// <summary>Why a trial is in its state. Written as kebab-case words.</summary>
public enum ReasonKind
{
    /// <summary>Waiting: every slot is taken.</summary>
    FreeSlot = 0,

    /// <summary>
    /// Waiting: it starts only on a device (a GPU, or a node's CPU slots) that runs nothing else, because it ran out of
    /// memory, must run exclusively, or has a shape whose GPU memory has not been measured.
    /// </summary>
    IdleNode = 1,

    /// <summary>Waiting: the backoff after an attempt has not ended.</summary>
    Backoff = 2,

    /// <summary>Waiting: no sbnn runs on the home.</summary>
    NoHead = 3,

    /// <summary>Running: its trainer is starting or preparing the training.</summary>
    Starting = 4,

    /// <summary>Running: another active sweep needs it, while this one is paused or cancelled.</summary>
    OtherSweep = 5,

    /// <summary>Running: no active sweep needs it, so it writes a checkpoint and exits.</summary>
    Stopping = 6,

    /// <summary>Running: no sbnn runs on the home, but its trainer is alive.</summary>
    TrainerOnItsOwn = 7,

    /// <summary>Running: no sbnn runs on the home, and its trainer is gone.</summary>
    TrainerGone = 8,

    /// <summary>Failed: its last attempt ended without a result, and it is not retried automatically.</summary>
    AttemptFailed = 9,

    /// <summary>Withdrawn: this sweep is paused, and no other active sweep needs it.</summary>
    SweepPaused = 10,

    /// <summary>Withdrawn: this sweep is cancelled, and no other active sweep needs it.</summary>
    SweepCancelled = 11,

    /// <summary>Withdrawn: no active sweep needs it.</summary>
    NotNeeded = 12,

    /// <summary>Waiting: no node accepts trials.</summary>
    NoNode = 13,

    /// <summary>Waiting: no GPU that it may use has enough free memory.</summary>
    GpuMemory = 14,

    /// <summary>Waiting: no node offers a device on which it may run.</summary>
    NoDevice = 15,
}
