using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Provenance;

/// <summary>
/// The time, memory and attempts that a set of trials used. An attempt that still runs adds no time until it ends.
/// </summary>
public sealed record ComputeUse
{
    /// <summary>Seconds during which at least one of the attempts held a slot.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>
    /// Hours for which attempts held CPU slots, added up; each slot has the threads of its device class.
    /// </summary>
    public required double CpuHours { get; init; }

    /// <summary>Hours for which attempts held GPUs, or shares of them, added up.</summary>
    public required double GpuHours { get; init; }

    /// <summary>The largest memory use of one trainer, in MiB; null when no trainer's use is known.</summary>
    public int? PeakMemoryMiB { get; init; }

    /// <summary>
    /// The largest GPU memory use that is known for trials of these shapes on these GPU models, in MiB; null when none
    /// is known.
    /// </summary>
    public int? PeakGpuMemoryMiB { get; init; }

    /// <summary>
    /// Hours and attempts by device class. Attempts that ended before they started to train have no device class.
    /// </summary>
    public required IReadOnlyList<DeviceUse> Devices { get; init; }

    /// <summary>The number of attempts, including running ones.</summary>
    public required int Attempts { get; init; }

    /// <summary>Attempts that ended without a result, except those that were asked to stop.</summary>
    public required int FailedAttempts { get; init; }

    /// <summary>Trials that had more than one attempt.</summary>
    public required int RepeatedTrials { get; init; }

    /// <summary>Trials that failed.</summary>
    public required int FailedTrials { get; init; }

    /// <summary>Trials without a result, including failed ones.</summary>
    public required int UnreportedTrials { get; init; }

    /// <summary>Computes the use of a set of trials.</summary>
    public static ComputeUse Of(IReadOnlyList<TrialOutcome> trials)
    {
        var attempts = trials.SelectMany(static trial => trial.Attempts).ToList();
        return new ComputeUse
        {
            WallSeconds = Math.Round(WallTime(attempts).TotalSeconds, 3),
            CpuHours = Hours(attempts.Where(static attempt => attempt.GpuModel is null)),
            GpuHours = Hours(attempts.Where(static attempt => attempt.GpuModel is not null)),
            PeakMemoryMiB = attempts.Max(static attempt => attempt.PeakMemoryMiB),
            PeakGpuMemoryMiB = attempts.Max(static attempt => attempt.PeakGpuMemoryMiB),
            Devices =
            [
                .. from attempt in attempts
                   group attempt by attempt.DeviceClass into its
                   orderby its.Key
                   select new DeviceUse(its.Key, its.Count(), Hours(its)),
            ],
            Attempts = attempts.Count,
            FailedAttempts = attempts.Count(static attempt => attempt.HasFailed),
            RepeatedTrials = trials.Count(static trial => trial.Attempts.Count > 1),
            FailedTrials = trials.Count(static trial => trial.State == TrialState.Failed),
            UnreportedTrials = trials.Count(static trial => trial.ResultSha256 is null),
        };
    }

    private static double Hours(IEnumerable<AttemptProvenance> attempts) =>
        Math.Round(attempts.Sum(static attempt => attempt.Duration?.TotalHours ?? 0), 6);

    // The time during which at least one attempt ran: pauses are left out, and overlapping times count once.
    private static TimeSpan WallTime(IEnumerable<AttemptProvenance> attempts)
    {
        var (total, until) = (TimeSpan.Zero, DateTimeOffset.MinValue);
        foreach (var attempt in attempts.OrderBy(static attempt => attempt.StartedAt))
        {
            if (attempt.EndedAt is not { } ended || ended <= until) continue;
            total += ended - (attempt.StartedAt > until ? attempt.StartedAt : until);
            until = ended;
        }

        return total;
    }
}

/// <summary>What attempts used on a device class.</summary>
/// <param name="DeviceClass">The device class; null for attempts that ended before they started to train.</param>
/// <param name="Attempts">The number of attempts.</param>
/// <param name="Hours">The hours for which the attempts held their slots, added up.</param>
public sealed record DeviceUse(string? DeviceClass, int Attempts, double Hours);
