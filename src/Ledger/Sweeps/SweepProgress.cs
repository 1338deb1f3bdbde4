using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep's latest revision and where its trials stand.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The latest revision.</param>
/// <param name="DesiredState">What is wanted of it.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Trials">Its trials, in the order of the grid.</param>
public sealed record SweepProgress(string Name, int Revision, DesiredState DesiredState, int Priority, IReadOnlyList<TrialProgress> Trials)
{
    /// <summary>True when nothing more is to come: it is cancelled, or each of its trials is finished or failed. A paused one is only waiting.</summary>
    public bool IsOver => DesiredState == DesiredState.Cancelled || Trials.All(static trial => trial.State is TrialState.Finished or TrialState.Failed);

    /// <summary>How many of its trials are in each state; states that none is in are left out.</summary>
    public IReadOnlyDictionary<TrialState, int> CountStates() => Trials.CountBy(static trial => trial.State).ToDictionary();
}

/// <summary>A line of the list of sweeps.</summary>
public sealed record SweepSummary
{
    /// <summary>The sweep's id.</summary>
    public required string Name { get; init; }

    /// <summary>The latest revision.</summary>
    public required int Revision { get; init; }

    /// <summary>What is wanted of it.</summary>
    public required DesiredState DesiredState { get; init; }

    /// <summary>Higher goes first.</summary>
    public required int Priority { get; init; }

    /// <summary>How many trials it has.</summary>
    public required int Trials { get; init; }

    /// <summary>How many of them want a slot.</summary>
    public required int Waiting { get; init; }

    /// <summary>How many of them hold a slot.</summary>
    public required int Running { get; init; }

    /// <summary>How many of them are finished.</summary>
    public required int Finished { get; init; }

    /// <summary>How many of them failed.</summary>
    public required int Failed { get; init; }

    /// <summary>How many of them no active sweep wants.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>
    /// Seconds until all are settled if things go on as now: the epochs ahead at the pace of the trials under way, shared by those that run.
    /// Null while none runs or no pace is known.
    /// </summary>
    public double? SecondsLeft { get; init; }
}
