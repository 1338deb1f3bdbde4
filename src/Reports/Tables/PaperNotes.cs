using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The comparison with the paper: the source, the verdicts and their rule, and what cannot be compared.
/// </summary>
internal static class PaperNotes
{
    public static IEnumerable<string> Of(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        if (table.Source is not { } source) yield break;
        yield return $"Paper: {source.Citation.TrimEnd('.')}.";
        if (VerdictSummary.Of(rows) is { } summary) yield return $"Verdicts on {summary}.";
        foreach (var note in Rules(table, rows)) yield return note;
        List<RowMetrics> quotes = [.. rows.Where(static row => row.Row.IsQuote)];
        if (quotes.Count > 0)
            yield return $"Published values only, not trained here: {TableNotes.Labels(quotes, rows.Count)}.";

        foreach (var group in rows.Where(static row => row.Differences.Count > 0 && row.Row.Published is not null)
            .GroupBy(static row => (Because: string.Join(", ", row.Differences), HasCounts: HasCounts(row))))
        {
            var which = TableNotes.Labels([.. group], rows.Count(static row => row.Network is not null));
            yield return $"Not comparable with the paper{(group.Key.HasCounts ? ", except for counts" : "")}: {which}, "
                + $"because of {group.Key.Because}.";
        }

        foreach (var row in rows.Where(static row => row.Row.Published?.Note is not null))
            yield return $"{row.Row.Label}, in the paper: {row.Row.Published!.Note!.TrimEnd('.')}.";
    }

    // True when operations of the row were compared although its training has other settings.
    private static bool HasCounts(RowMetrics row) => row.Verdicts.Any(one =>
        one.Verdict.Sign().Length > 0 && TableMetric.All.First(metric => metric.Column == one.Metric).IsCountOf(row));

    // The rule is of interest only where a row was compared.
    private static IEnumerable<string> Rules(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var judged = TableMetric.All.SelectMany(metric => rows
            .Where(row => row.VerdictOn(metric.Column)?.Verdict.Sign().Length > 0)
            .Select(row => (Metric: metric, IsCount: metric.IsCountOf(row)))).Distinct().ToList();
        var (counts, values) = (judged.FindAll(static one => one.IsCount), judged.FindAll(static one => !one.IsCount));
        if (values.Count > 0)
            yield return "Rule of a verdict: reproduced (=) if the 95 % interval (Student's t) of ours − paper lies "
                + "inside ±δ, not reproduced (≠) if it lies outside, underpowered (?) if it crosses a bound or "
                + $"there is no interval. δ is {Tolerances(table, values.Select(static one => one.Metric))}.";
        if (counts.Count > 0)
            yield return "Rule for counts that follow from the network alone, whatever its training: reproduced (=) if "
                + "ours − paper lies inside ±δ, else not reproduced (≠). "
                + $"δ is {Tolerances(table, counts.Select(static one => one.Metric))}.";
    }

    private static string Tolerances(TableSpec table, IEnumerable<TableMetric> metrics) =>
        string.Join(", ", metrics.GroupBy(metric => Tolerance(table, metric)).Select(static group =>
            $"{group.Key} for {string.Join(", ", group.Select(static metric => metric.Heading))}"));

    private static string Tolerance(TableSpec table, TableMetric metric) =>
        metric.IsCost && table.StatedTolerance(metric.Column) is null
            ? "half a unit of the printed number's last digit"
            : string.Create(CultureInfo.InvariantCulture,
                $"{table.ToleranceFor(metric.Column, 0)}{(metric.IsCost ? "·10⁸" : " pp")}");
}
