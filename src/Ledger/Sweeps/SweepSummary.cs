using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A summary of a sweep's latest revision.</summary>
public sealed record SweepSummary
{
    /// <summary>The sweep's id.</summary>
    public required string Name { get; init; }

    /// <summary>The number of the sweep's latest revision.</summary>
    public required int Revision { get; init; }

    /// <summary>The sweep's desired state.</summary>
    public required DesiredState DesiredState { get; init; }

    /// <summary>Trials of a higher priority get free slots first.</summary>
    public required int Priority { get; init; }

    /// <summary>The numbers of the sweep's trials by state.</summary>
    public required TrialCounts Counts { get; init; }

    /// <summary>
    /// The estimated time until all trials have ended: the remaining epochs at the speed of the running trials, divided
    /// by the number of running trials. Null while no trial runs or no speed is known.
    /// </summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>
    /// True when no trial of the sweep will run again: the sweep is cancelled, or each trial is finished or failed. A
    /// paused sweep is not over.
    /// </summary>
    public bool IsOver => DesiredState == DesiredState.Cancelled || HasEnded;

    /// <summary>True when each trial of the sweep is finished or failed.</summary>
    public bool HasEnded => Counts.Finished + Counts.Failed == Counts.Trials;
}
