using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>
/// The trials of a sweep with their states and metrics, in the grid's order. Values are held by metric and not by
/// trial, because a sweep may have 100,000 trials.
/// </summary>
/// <param name="Index">The settings that distinguish the trials.</param>
/// <param name="States">The trials' states.</param>
/// <param name="Metrics">For each metric of <see cref="TrialMetric.All"/>, the trials' values in percent; NaN for a
/// trial without one.</param>
public sealed record TrialResults(
    TrialIndex Index, IReadOnlyList<TrialState> States, IReadOnlyList<IReadOnlyList<double>> Metrics)
{
    /// <summary>Takes what pages show from the outcome of a sweep.</summary>
    public static TrialResults Of(TrialIndex index, IReadOnlyList<TrialOutcome> trials) => new(
        index,
        [.. trials.Select(static trial => trial.State)],
        [
            .. TrialMetric.All.Select(metric => (IReadOnlyList<double>)
            [
                .. trials.Select(trial => trial.Reported is { } epoch ? metric.Of(trial, epoch) ?? double.NaN
                    : double.NaN),
            ]),
        ]);
}
