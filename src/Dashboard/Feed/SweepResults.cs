using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>The results of a sweep at one moment, shared by all pages.</summary>
/// <param name="Sweep">The sweep when its results were read.</param>
/// <param name="ReadAt">When they were read.</param>
/// <param name="Trials">The trials.</param>
public sealed record SweepResults(SweepSummary Sweep, DateTimeOffset ReadAt, TrialResults Trials)
{
    /// <summary>The table; null when <see cref="Problem"/> says why there is none.</summary>
    public ResultTable? Table { get; init; }

    /// <summary>Why the results cannot be put into the table.</summary>
    public string? Problem { get; init; }

    /// <summary>What the waiting trials wait for.</summary>
    public WaitCounts Waits { get; init; } = WaitCounts.None;

    /// <summary>True when the trials of <paramref name="sweep"/> have the same states as when they were read.</summary>
    public bool AreOf(SweepSummary sweep) =>
        (Sweep.Revision, Sweep.DesiredState, Sweep.Counts) == (sweep.Revision, sweep.DesiredState, sweep.Counts);
}
