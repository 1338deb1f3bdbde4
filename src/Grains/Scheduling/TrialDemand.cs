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
/// <param name="ResumesOn">The device class on which its checkpoint resumes exactly; null: none is better.</param>
/// <param name="IsOwnClassOnly">It still waits for that class alone.</param>
internal readonly record struct TrialDemand(
    string Images, string Shape, DeviceKind Device, int MemoryMiB, bool IsExclusive, bool RanOut,
    string? ResumesOn = null, bool IsOwnClassOnly = false)
{
    /// <summary>True when it shares its device with no other trial, whatever they take.</summary>
    public bool IsAlone => IsExclusive || RanOut;

    /// <summary>What a trial demands now.</summary>
    public static TrialDemand Of(OpenTrial trial) =>
        Of(trial.Facts) with { IsOwnClassOnly = trial.Phase is Queued { OwnClassUntil: not null } };

    /// <summary>What a trial demands, however long it has waited.</summary>
    public static TrialDemand Of(ScheduledTrial trial)
    {
        var ranOut = trial.RanOutOn != DeviceKind.Any;

        // A trial that ran out of memory needs another device more than its checkpoint.
        return new TrialDemand(
            trial.Images, trial.Shape, trial.Device == DeviceKind.Any ? trial.RanOutOn : trial.Device, trial.MemoryMiB,
            trial.Exclusive, ranOut, ranOut ? null : trial.ResumesOn);
    }
}
