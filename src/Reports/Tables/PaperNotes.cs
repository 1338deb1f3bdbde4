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
            .GroupBy(static row => string.Join(", ", row.Differences)))
        {
            var which = TableNotes.Labels([.. group], rows.Count(static row => !row.Row.IsQuote));
            yield return $"Not comparable with the paper: {which}, because of {group.Key}.";
        }

        foreach (var row in rows.Where(static row => row.Row.Published?.Note is not null))
            yield return $"{row.Row.Label}, in the paper: {row.Row.Published!.Note!.TrimEnd('.')}.";
    }

    // The rule is of interest only where a row was compared.
    private static IEnumerable<string> Rules(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var judged = rows.SelectMany(static row => row.Verdicts)
            .Where(static one => one.Verdict.Sign().Length > 0).ToList();
        if (judged.Count == 0) yield break;
        var tolerances = string.Join(", ", TableMetric.All
            .Where(metric => judged.Exists(one => one.Metric == metric.Column))
            .GroupBy(metric => (Tolerance: table.ToleranceFor(metric.Column), metric.IsCost))
            .Select(static group => string.Create(CultureInfo.InvariantCulture,
                $"{group.Key.Tolerance}{(group.Key.IsCost ? "·10⁸" : " pp")} for "
                + $"{string.Join(", ", group.Select(static metric => metric.Heading))}")));
        yield return "Rule of a verdict: reproduced (=) if the 95 % interval (Student's t) of ours − paper lies inside "
            + "±δ, not reproduced (≠) if it lies outside, underpowered (?) if it crosses a bound or there is no "
            + $"interval. δ is {tolerances}.";
    }
}
