using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep's latest revision as a whole.</summary>
public sealed record SweepSummary
{
    /// <summary>The sweep's id.</summary>
    public required string Name { get; init; }

    /// <summary>The latest revision.</summary>
    public required int Revision { get; init; }

    /// <summary>What its owner wants of it.</summary>
    public required DesiredState DesiredState { get; init; }

    /// <summary>Higher goes first.</summary>
    public required int Priority { get; init; }

    /// <summary>Its trials by state.</summary>
    public required TrialCounts Counts { get; init; }

    /// <summary>
    /// How long it takes until all are settled if things go on as now: the epochs ahead at the pace of the trials
    /// under way, shared by those
    /// that run. Null while none runs or no pace is known.
    /// </summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>
    /// True when nothing more is to come: the sweep is cancelled, or each of its trials is finished or failed. A
    /// paused one is only waiting.
    /// </summary>
    public bool IsOver => DesiredState == DesiredState.Cancelled || HasEnded;

    /// <summary>True when each of its trials is finished or failed.</summary>
    public bool HasEnded => Counts.Finished + Counts.Failed == Counts.Trials;
}
