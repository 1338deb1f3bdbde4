using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Provenance;

/// <summary>What some trials took. Attempts that still run count with nothing until they end.</summary>
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

    /// <summary>The most memory that one trainer held, in MiB; null where none is known.</summary>
    public int? PeakMemoryMiB { get; init; }

    /// <summary>
    /// The most GPU memory that trials of these shapes took on these models, in MiB; null where none is known.
    /// </summary>
    public int? PeakGpuMemoryMiB { get; init; }

    /// <summary>
    /// Hours and attempts by device class; without one: the attempt ended before it started to train.
    /// </summary>
    public required IReadOnlyList<DeviceUse> Devices { get; init; }

    /// <summary>Attempts, those that run included.</summary>
    public required int Attempts { get; init; }

    /// <summary>Attempts that ended without a result, those that were asked to stop excepted.</summary>
    public required int FailedAttempts { get; init; }

    /// <summary>Trials that had more than one attempt.</summary>
    public required int RepeatedTrials { get; init; }

    /// <summary>Trials that failed.</summary>
    public required int FailedTrials { get; init; }

    /// <summary>Trials without a result, those that failed included.</summary>
    public required int UnreportedTrials { get; init; }

    /// <summary>What some trials took.</summary>
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

    // Without the pauses in between, and with times at which several ran counted once.
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

/// <summary>What attempts took on a device class.</summary>
/// <param name="DeviceClass">The device class; null for attempts that ended before they started to train.</param>
/// <param name="Attempts">How many there were.</param>
/// <param name="Hours">For how long they held their slots, added up.</param>
public sealed record DeviceUse(string? DeviceClass, int Attempts, double Hours);
