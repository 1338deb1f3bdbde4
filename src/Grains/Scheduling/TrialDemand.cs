using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// What a trial demands of a device. A sweep has few distinct demands, and trials with equal demands are placed alike.
/// </summary>
/// <param name="Images">The digest of the trial's images.</param>
/// <param name="Shape">The trial's shape, which decides its GPU memory.</param>
/// <param name="Device">The kind of device that the trial may run on. Where its spec allows any, the kind on which it
/// ran out of memory.</param>
/// <param name="MemoryMiB">The GPU memory that the trial's spec requests; 0: not given.</param>
/// <param name="IsExclusive">True when the trial's spec requests the device exclusively.</param>
/// <param name="RanOut">True when the trial ran out of memory.</param>
/// <param name="ResumesOn">The device class on which the trial's checkpoint resumes exactly; null: no class is better
/// than another.</param>
/// <param name="IsOwnClassOnly">True while the trial waits for a device of that class only.</param>
internal readonly record struct TrialDemand(
    string Images, string Shape, DeviceKind Device, int MemoryMiB, bool IsExclusive, bool RanOut,
    string? ResumesOn = null, bool IsOwnClassOnly = false)
{
    /// <summary>True when the trial shares its device with no other trial, even if their memory would fit.</summary>
    public bool IsAlone => IsExclusive || RanOut;

    /// <summary>The demand of a trial in its current state.</summary>
    public static TrialDemand Of(OpenTrial trial) =>
        Of(trial.Facts) with { IsOwnClassOnly = trial.Phase is Queued { OwnClassUntil: not null } };

    /// <summary>What a trial demands, without regard to how long it has waited.</summary>
    public static TrialDemand Of(ScheduledTrial trial)
    {
        var ranOut = trial.RanOutOn != DeviceKind.Any;

        // After running out of memory, a larger device matters more than resuming from the checkpoint.
        return new TrialDemand(
            trial.Images, trial.Shape, trial.Device == DeviceKind.Any ? trial.RanOutOn : trial.Device, trial.MemoryMiB,
            trial.Exclusive, ranOut, ranOut ? null : trial.ResumesOn);
    }
}
