using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a trial demands of the device that it gets a slot on. There are few of them: trials that demand the
/// same are placed alike.</summary>
/// <param name="Images">The digest of its images.</param>
/// <param name="Shape">What decides its GPU memory.</param>
/// <param name="Device">The kinds of device that it may run on; where its spec leaves that open, the kind on which it
/// ran out of memory.</param>
/// <param name="MemoryMiB">GPU memory that it needs by its spec; 0: no word of it.</param>
/// <param name="IsExclusive">Its spec wants the device for it alone.</param>
/// <param name="RanOut">It ran out of memory.</param>
internal readonly record struct TrialDemand(
    string Images, string Shape, DeviceKind Device, int MemoryMiB, bool IsExclusive, bool RanOut)
{
    /// <summary>True when it shares its device with no other trial, whatever they take.</summary>
    public bool IsAlone => IsExclusive || RanOut;

    /// <summary>What a trial demands.</summary>
    public static TrialDemand Of(ScheduledTrial trial) => new(
        trial.Images, trial.Shape, trial.Device == DeviceKind.Any ? trial.RanOutOn : trial.Device, trial.MemoryMiB,
        trial.Exclusive, trial.RanOutOn != DeviceKind.Any);
}
