namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a queued trial waits for.</summary>
/// <param name="Cause">The kind of reason.</param>
/// <param name="Words">The reason as text that follows the word "waits".</param>
public sealed record WaitReason(WaitCause Cause, string Words);

/// <summary>The kinds of reason for which a queued trial waits.</summary>
public enum WaitCause
{
    /// <summary>Every suitable slot is taken, or reserved for a trial whose turn is earlier.</summary>
    FreeSlot = 0,

    /// <summary>The trial starts only on a device that runs nothing else.</summary>
    IdleDevice = 1,

    /// <summary>A slot is free, but not enough GPU memory.</summary>
    GpuMemory = 2,

    /// <summary>No node offers a device that may run the trial.</summary>
    NoDevice = 3,
}
