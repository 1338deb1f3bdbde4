using System.Globalization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The verdicts of a table in one line.</summary>
internal static class VerdictSummary
{
    /// <summary>
    /// The number of published values, and how many of them have each verdict; null when the table shows no published
    /// value.
    /// </summary>
    public static string? Of(IEnumerable<RowMetrics> rows)
    {
        var counts = rows.SelectMany(static row => row.Verdicts).CountBy(static one => one.Verdict)
            .OrderBy(static verdict => verdict.Key).ToList();
        if (counts.Count == 0) return null;
        var all = Wording.Count(counts.Sum(static verdict => verdict.Value), "published value");
        return $"{all}: " + string.Join(", ", counts.Select(static verdict =>
            string.Create(CultureInfo.InvariantCulture, $"{verdict.Value} {verdict.Key.InWords()}")));
    }
}
