using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The table's metrics in full precision as CSV: the standard columns, and the other columns that the spec names.
/// Accuracies, rates and shares are in percent, differences in percentage points, entropy in bits, operations in units
/// of 10⁸.
/// </summary>
public static class CsvTable
{
    /// <summary>Renders the file: a header, then a line for each row. A missing metric is an empty field.</summary>
    public static string Render(TableModel table)
    {
        var columns = Columns(
            [.. TableMetric.All.Where(metric => metric.IsInEveryFile || table.Shown.Contains(metric.Column))]).ToList();
        columns.AddRange(TableMetric.All
            .Where(metric => metric.Column != TableColumn.Top1
                && table.Metrics.Any(row => row.VerdictOn(metric.Column) is not null))
            .SelectMany(Verdicts));
        if (table.Shown.Any(
            static column => column is >= TableColumn.PredictionInterval and <= TableColumn.DeltaP))
            columns.AddRange(Tests);
        return CsvText.Of(columns.Select(static column => column.Name),
            table.Metrics.Select(row => columns.Select(column => column.Value(row))));
    }

    private static IEnumerable<(string Name, Func<RowMetrics, object?> Value)> Columns(
        IReadOnlyList<TableMetric> metrics) =>
    [
        ("row", static r => r.Row.Label),
        ("domain", static r => Setting(r, "domain")),
        ("sparsity", static r => Setting(r, "sparsity")),
        ("gamma", static r => Setting(r, "gamma")),
        ("seeds", static r => string.Join(' ', r.Trials.Select(static trial => trial.Spec.Seed))),
        ("n", static r => r.Reported),
        ("N", static r => r.Trials.Count),
        ("gap", static r => r.Gap),
        ("collapsed_seeds", static r => string.Join(' ', r.CollapsedSeeds)),
        .. metrics.SelectMany(Ours),
        .. metrics.Where(static metric => metric is { IsCost: false, Column: not TableColumn.Delta }).Select(Missed),
        ("published_row", static r => r.Row.Published?.Name),
        .. metrics.SelectMany(Published),
        ("published_quoted", static r => r.Row.Published is { } published ? published.Quoted ? "true" : "false" : null),
        ("difference", static r => r.Difference?.Middle),
        ("difference_low", static r => r.Difference?.Low),
        ("difference_high", static r => r.Difference?.High),
        ("verdict", static r => r.Verdict.InWords()),
        ("differs_in", static r => string.Join("; ", r.Differences)),
        ("resume", static r => r.Resume.InWords()),
    ];

    private static IReadOnlyList<(string Name, Func<RowMetrics, object?> Value)> Tests { get; } =
    [
        ("prediction_low", static r => r.Top1?.Mean - r.Top1?.PredictionHalfWidth),
        ("prediction_high", static r => r.Top1?.Mean + r.Top1?.PredictionHalfWidth),
        ("delta_low", static r => r.Comparison?.Difference.Low),
        ("delta_high", static r => r.Comparison?.Difference.High),
        ("delta_test", static r => r.Comparison is { P: not null } test ? test.IsPaired ? "paired" : "welch" : null),
        ("delta_p", static r => r.Comparison?.P),
        ("delta_p_holm", static r => r.Comparison?.AdjustedP),
        ("delta_family", static r => r.Comparison is { P: not null } test ? test.FamilySize : null),
    ];

    private static IEnumerable<(string Name, Func<RowMetrics, object?> Value)> Ours(TableMetric metric)
    {
        var name = metric.Name.Replace('-', '_');
        yield return (name, row => metric.Ours(row));
        if (metric.Column != TableColumn.Delta && !metric.IsCost) yield return ($"{name}_sd", row => metric.Sd(row));
    }

    private static (string Name, Func<RowMetrics, object?> Value) Missed(TableMetric metric) =>
        ($"missed_{metric.Name.Replace('-', '_')}", row => row.Missed is { } missed ? metric.Ours(missed) : null);

    private static IEnumerable<(string Name, Func<RowMetrics, object?> Value)> Published(TableMetric metric)
    {
        if (!PublishedReader.ValueNames.Contains(metric.Name)) yield break; // Papers print no other metrics.
        yield return ($"published_{metric.Name.Replace('-', '_')}", row => row.Row.Published switch
        {
            null => null,
            var published when metric.IsLost(published) => "lost",
            var published => metric.Published(published),
        });
    }

    private static IEnumerable<(string Name, Func<RowMetrics, object?> Value)> Verdicts(TableMetric metric)
    {
        var name = metric.Name.Replace('-', '_');
        yield return ($"difference_{name}", row => row.VerdictOn(metric.Column)?.Difference?.Middle);
        yield return ($"difference_{name}_low", row => row.VerdictOn(metric.Column)?.Difference?.Low);
        yield return ($"difference_{name}_high", row => row.VerdictOn(metric.Column)?.Difference?.High);
        yield return ($"verdict_{name}", row => row.VerdictOn(metric.Column)?.Verdict.InWords());
    }

    // γ has no effect without a target, so the field is then empty, even if the spec sets γ.
    private static string Setting(RowMetrics row, string parameter) =>
        HyperparameterText.Of(parameter, row.Trials.Select(static trial => trial.Spec)
            .Where(trial => Hyperparameters.Get(parameter).HasEffect(trial)));
}
