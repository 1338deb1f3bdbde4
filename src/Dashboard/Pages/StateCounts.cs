using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>How many of a sweep's trials are in each state, in the order in which pages show them.</summary>
internal static class StateCounts
{
    private static readonly TrialState[] Order =
        [TrialState.Finished, TrialState.Running, TrialState.Waiting, TrialState.Failed, TrialState.Withdrawn];

    public static IEnumerable<(TrialState State, int Count)> Of(TrialCounts counts) =>
        Order.Select(state => (state, counts.Of(state)));
}
