namespace Sbnn.Sweeps.Api.Views;

/// <summary>Why a trial is in its state. Serialised in kebab case.</summary>
public enum ReasonKind
{
    /// <summary>Waiting: every slot is taken.</summary>
    FreeSlot = 0,

    /// <summary>
    /// Waiting: the trial starts only on a device (a GPU, or a node's CPU slots) that runs no other trial, because the
    /// trial ran out of memory, must run exclusively, or has a shape whose GPU memory has not been measured.
    /// </summary>
    IdleNode = 1,

    /// <summary>Waiting: the backoff after an attempt has not ended.</summary>
    Backoff = 2,

    /// <summary>Waiting: no sbnn runs on the home.</summary>
    NoHead = 3,

    /// <summary>Running: the trial's trainer is starting or preparing the training.</summary>
    Starting = 4,

    /// <summary>Running: another active sweep needs the trial, while this sweep is paused or cancelled.</summary>
    OtherSweep = 5,

    /// <summary>Running: no active sweep needs the trial, so its trainer writes a checkpoint and exits.</summary>
    Stopping = 6,

    /// <summary>Running: no sbnn runs on the home, but the trial's trainer is alive.</summary>
    TrainerOnItsOwn = 7,

    /// <summary>Running: no sbnn runs on the home, and the trial's trainer has ended.</summary>
    TrainerGone = 8,

    /// <summary>
    /// Failed: the trial's last attempt ended without a result, and the trial is not retried automatically.
    /// </summary>
    AttemptFailed = 9,

    /// <summary>Withdrawn: this sweep is paused, and no other active sweep needs the trial.</summary>
    SweepPaused = 10,

    /// <summary>Withdrawn: this sweep is cancelled, and no other active sweep needs the trial.</summary>
    SweepCancelled = 11,

    /// <summary>Withdrawn: no active sweep needs the trial.</summary>
    NotNeeded = 12,

    /// <summary>Waiting: no node accepts trials.</summary>
    NoNode = 13,

    /// <summary>Waiting: no GPU that the trial may use has enough free memory.</summary>
    GpuMemory = 14,

    /// <summary>Waiting: no node offers a device on which the trial may run.</summary>
    NoDevice = 15,
}
