using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The number of a sweep's trials in each state, in the order of the pages.</summary>
internal static class StateCounts
{
    private static readonly TrialState[] Order =
        [TrialState.Finished, TrialState.Running, TrialState.Waiting, TrialState.Failed, TrialState.Withdrawn];

    public static IEnumerable<(TrialState State, int Count)> Of(TrialCounts counts) =>
        Order.Select(state => (state, counts.Of(state)));
}
