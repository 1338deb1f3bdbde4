using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The comparison of one metric of a row with the value that the paper prints for it.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Difference">Ours − published, in the metric's unit; null when the row has no mean.</param>
/// <param name="Verdict">The verdict.</param>
public sealed record MetricVerdict(TableColumn Metric, Interval? Difference, Verdict Verdict)
{
    /// <summary>Compares a metric that the paper prints.</summary>
    /// <param name="row">The row.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="difference">Ours − published; null when the row has no mean.</param>
    /// <param name="tolerance">δ, in the metric's unit.</param>
    public static MetricVerdict Of(RowMetrics row, TableColumn metric, Interval? difference, decimal tolerance) =>
        new(metric, difference, row switch
        {
            { Trials.Count: 0 } => Verdict.NotRun,
            _ when row.Trials.Any(static trial => trial.State != TrialState.Finished) => Verdict.NotRun,
            { Differences.Count: > 0 } => Verdict.NotComparable,
            _ => difference is { } between ? VerdictExtensions.Judge(between, tolerance) : Verdict.Underpowered,
        });

    /// <summary>
    /// Compares a count of operations that follows from the network alone, whatever the settings and the state of the
    /// training.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="difference">Ours − published, exactly.</param>
    /// <param name="tolerance">δ, in the metric's unit.</param>
    public static MetricVerdict OfCount(RowMetrics row, TableColumn metric, Interval difference, decimal tolerance) =>
        new(metric, difference,
            row.IsOtherNetwork ? Verdict.NotComparable : VerdictExtensions.Judge(difference, tolerance));
}
