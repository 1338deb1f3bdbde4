namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a trial that could go waits for.</summary>
/// <param name="Cause">The kind of reason.</param>
/// <param name="Words">The reason in words that follow "waits".</param>
public sealed record WaitReason(WaitCause Cause, string Words);

/// <summary>The kinds of reason for which a trial that could go waits.</summary>
public enum WaitCause
{
    /// <summary>Every slot that it could have is taken, or kept for a trial whose turn is earlier.</summary>
    FreeSlot = 0,

    /// <summary>It starts only on a device that runs nothing else.</summary>
    IdleDevice = 1,

    /// <summary>There is a slot, and not enough GPU memory.</summary>
    GpuMemory = 2,

    /// <summary>No node offers a device that may take it.</summary>
    NoDevice = 3,
}
