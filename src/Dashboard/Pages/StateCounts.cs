using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>How many of a sweep's trials are in each state, in the order in which pages show them.</summary>
internal static class StateCounts
{
    public static IEnumerable<(TrialState State, int Count)> Of(SweepSummary sweep) =>
    [
        (TrialState.Finished, sweep.Finished),
        (TrialState.Running, sweep.Running),
        (TrialState.Waiting, sweep.Waiting),
        (TrialState.Failed, sweep.Failed),
        (TrialState.Withdrawn, sweep.Withdrawn),
    ];
}
