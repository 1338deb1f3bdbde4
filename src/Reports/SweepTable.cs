using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Reports;

/// <summary>Makes a sweep's table from what the ledger knows. A cell that is not complete says so and never becomes a mean.</summary>
public static class SweepTable
{
    private const string Nothing = "–";
    private const string Lost = "not in our copy";

    /// <summary>The table of a sweep.</summary>
    public static TableModel Of(SweepOutcome sweep)
    {
        var table = sweep.Table;
        var rows = table.Rows.Select(row => RowFigures.Of(row, table, sweep.Trials)).ToList();
        var baseline = rows.Find(static row => row.Row.Baseline)?.Top1;
        rows = rows.ConvertAll(row => row.WithDelta(baseline));
        var columns = Columns(table).ToList();
        return new TableModel(
            table.Title,
            columns.ConvertAll(static column => column.Heading),
            rows.ConvertAll(row => (IReadOnlyList<string>)columns.ConvertAll(column => column.Text(row))),
            [.. Footnotes(table, rows)],
            rows);
    }

    private static IEnumerable<Column> Columns(TableSpec table)
    {
        yield return Column.Words("row", static row => row.Row.Label);
        foreach (var column in table.Columns)
        {
            foreach (var shown in Columns(column, table)) yield return shown;
        }

        if (HasPublished(table, static p => p.Top1, "top1")) yield return Column.Words("verdict", static row => row.Verdict.InWords());
    }

    private static IEnumerable<Column> Columns(TableColumn column, TableSpec table) => column switch
    {
        TableColumn.Domain => [Column.Words("domain", static row => Setting(row, "domain"))],
        TableColumn.Constraint => [Column.Number("sparsity %", static row => Setting(row, "sparsity") is var s && s == "none" ? Nothing : s)],
        TableColumn.Gamma => [Column.Number("γ", static row => Setting(row, "sparsity") == "none" ? Nothing : Setting(row, "gamma"))],
        TableColumn.Top1 =>
        [
            Column.Number("top-1 %", static row => row.Gap ?? Spread(row.Top1!)),
            Column.Number("n", static row => string.Create(CultureInfo.InvariantCulture, $"{row.Reported}/{row.Trials.Count}")),
            .. Beside(table, "published", "top1", static p => p.Top1, 2),
        ],
        TableColumn.Delta =>
        [
            Column.Number("Δ pp", static row => Signed(row.Delta)),
            .. Beside(table, "published Δ", "delta", static p => p.Delta, 2, signed: true),
        ],
        TableColumn.BopsPr => Measured(table, "BOPs PR %", "bops_pr", static row => row.BopsPr, static p => p.BopsPr),
        TableColumn.BParamsPr => Measured(table, "BParams PR %", "bparams_pr", static row => row.BParamsPr, static p => p.BParamsPr),
        TableColumn.K0 => Measured(table, "K₀ %", "k0", static row => row.K0, static p => p.K0),
        TableColumn.K1 => Measured(table, "K₁ %", "k1", static row => row.K1, static p => p.K1),
        TableColumn.Ones => Measured(table, "U/N %", "ones", static row => row.Ones, static _ => null),
        TableColumn.Entropy => [Column.Number("h bits", static row => row.Entropy is { } h ? Fixed(h.Mean, 3) : Nothing)],
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "no such column"),
    };

    private static IEnumerable<Column> Measured(
        TableSpec table, string heading, string figure, Func<RowFigures, Estimate?> ours, Func<PublishedRow, decimal?> published) =>
    [
        Column.Number(heading, row => ours(row) is { } value ? Fixed(value.Mean, 1) : Nothing),
        .. Beside(table, "published", figure, published, 1),
    ];

    // A published column stands beside ours only where the paper prints a figure in it.
    private static IEnumerable<Column> Beside(
        TableSpec table, string heading, string figure, Func<PublishedRow, decimal?> published, int decimals, bool signed = false) =>
        HasPublished(table, published, figure)
            ? [Column.Number(heading, row => Printed(row.Row.Published, figure, published, decimals, signed))]
            : [];

    private static bool HasPublished(TableSpec table, Func<PublishedRow, decimal?> published, string figure) =>
        table.Rows.Any(row => row.Published is { } p && (published(p) is not null || IsLost(p, figure)));

    private static string Printed(PublishedRow? row, string figure, Func<PublishedRow, decimal?> published, int decimals, bool signed)
    {
        if (row is null) return Nothing;
        if (published(row) is not { } value) return IsLost(row, figure) ? Lost : Nothing;
        return (signed ? Signed(value) : Fixed(value, decimals)) + (row.Quoted ? " (quoted)" : "");
    }

    // Figures are named as our spec's columns are: with '-' there, and with '_' in the paper's own tables.
    private static bool IsLost(PublishedRow row, string figure) => row.Lost.Any(lost => lost.Replace('-', '_') == figure);

    private static string Setting(RowFigures row, string knob) =>
        row.Trials.Count == 0
            ? row.Row.Where.GetValueOrDefault(knob, Nothing)
            : string.Join(", ", row.Trials.Select(trial => RowFigures.Shown(knob, trial.Spec)).Distinct());

    private static string Spread(Estimate top1) => top1.Sd is { } sd ? $"{Fixed(top1.Mean, 2)} ± {Fixed(sd, 2)}" : Fixed(top1.Mean, 2);

    private static string Signed(decimal? value) => value is { } number ? (number > 0 ? "+" : "") + Fixed(number, 2) : Nothing;

    private static string Fixed(decimal value, int decimals) =>
        Math.Round(value, decimals, MidpointRounding.AwayFromZero).ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace("-", "−", StringComparison.Ordinal);

    private static IEnumerable<string> Footnotes(TableSpec table, IReadOnlyList<RowFigures> rows)
    {
        yield return table.Accuracy == AccuracyChoice.Best
            ? "Figures are those of each trial's best epoch by test accuracy, among epochs whose U/N is at most EC + 0.005 (our convention)."
            : "Figures are those of each trial's last epoch.";
        if (rows.Any(static row => row.Trials.Count > 1))
            yield return "top-1 is mean ± standard deviation (n − 1) over the seeds; n is how many seeds have a figure to report, of how many.";
        foreach (var gap in rows.Where(static row => row.Gap is not null))
        {
            var reasons = gap.Trials.Select(static trial => trial.Reason).OfType<string>().Distinct().ToList();
            yield return $"{gap.Row.Label}: {gap.Gap}{(reasons.Count > 0 ? $" ({string.Join("; ", reasons)})" : "")}.";
        }

        if (table.Source is not { } source) yield break;
        yield return $"Published: {source.Citation}.";
        if (rows.Any(static row => row.Verdict is Verdict.Reproduced or Verdict.NotReproduced or Verdict.Underpowered))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Verdict: the 95 % interval (Student's t) of ours − published inside ±{VerdictExtensions.Delta} pp is reproduced, outside is not reproduced, else underpowered.");
        }

        foreach (var group in rows.Where(static row => row.Differences.Count > 0).GroupBy(static row => string.Join(", ", row.Differences)))
        {
            var which = group.Count() == rows.Count ? "All rows" : string.Join("; ", group.Select(static row => row.Row.Label));
            yield return $"Not comparable with the published runs: {which} differ in {group.Key}.";
        }

        foreach (var row in rows.Where(static row => row.Row.Published?.Note is not null))
            yield return $"{row.Row.Label}, published row: {row.Row.Published!.Note}.";
    }

    private sealed record Column(TableHeading Heading, Func<RowFigures, string> Text)
    {
        public static Column Words(string heading, Func<RowFigures, string> text) => new(new TableHeading(heading, IsNumber: false), text);

        public static Column Number(string heading, Func<RowFigures, string> text) => new(new TableHeading(heading, IsNumber: true), text);
    }
}
