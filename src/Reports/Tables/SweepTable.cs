using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// Makes a sweep's table from the ledger. An incomplete cell is labelled as such and never shows a mean.
/// </summary>
public static class SweepTable
{
    /// <summary>The text of an empty cell.</summary>
    public const string Nothing = "–";

    private const string Lost = "not in our copy";

    /// <summary>
    /// The table of a sweep. Throws <see cref="BadInputException"/> when a row matches trials with different settings.
    /// </summary>
    public static TableModel Of(SweepOutcome sweep)
    {
        var table = sweep.Table;
        var shown = TableMetric.All.Where(metric => table.Columns.Contains(metric.Column)).ToList();
        List<RowMetrics> rows =
        [
            .. RowMetrics.Compared([.. table.Rows.Select(row => RowMetrics.Of(row, table, sweep.Trials))], table.Test)
                .Select(row => row with
                {
                    Verdicts = [.. shown.Select(metric => metric.Compare(row, table)).OfType<MetricVerdict>()],
                }),
        ];
        var columns = Columns(table).ToList();
        return new TableModel(
            table.Title,
            columns.ConvertAll(static column => column.Heading),
            [.. rows.Select(row => columns.ConvertAll(column => column.Text(row)))],
            TableNotes.Of(table, rows),
            rows,
            table.Columns,
            table.Figure is { } figure ? HistogramFigure.Of(figure, rows) : null)
        {
            Claims = ClaimEvaluation.Of(table, rows),
        };
    }

    private static IEnumerable<Column> Columns(TableSpec table)
    {
        yield return Column.Words("row", static row => row.Row.Label);
        foreach (var column in table.Columns)
        {
            foreach (var shown in Columns(column, table)) yield return shown;
        }

        if (table.Columns.Contains(TableColumn.Top1) && table.Rows.Any(static row => row.Published?.Top1 is not null))
            yield return Column.Words(
                "verdict", static row => row.Verdict == Verdict.None ? Nothing : row.Verdict.InWords());
    }

    private static IEnumerable<Column> Columns(TableColumn column, TableSpec table) => column switch
    {
        TableColumn.Domain => [Column.Words("domain", static row => Setting(row, "domain", DomainInSymbols))],
        TableColumn.Constraint => [Column.Number("sparsity %", static row => Setting(row, "sparsity", Percent))],
        TableColumn.Gamma => [Column.Number("γ", static row => Setting(row, "gamma", Gamma))],
        TableColumn.Top1 => Top1(table),
        TableColumn.PredictionInterval => [Column.Number("next seed %", Prediction)],
        TableColumn.DeltaInterval => [Column.Number("Δ 95 % pp", DeltaInterval)],
        TableColumn.DeltaP => [Column.Number("p (Holm)", AdjustedP)],
        _ => Measured(table, TableMetric.All.First(metric => metric.Column == column)),
    };

    private static IEnumerable<Column> Top1(TableSpec table)
    {
        yield return Column.Number("top-1 %", Top1);
        yield return Column.Number("n",
            static row => row.Row.IsQuote ? Nothing
            : string.Create(CultureInfo.InvariantCulture, $"{row.Reported}/{row.Trials.Count}"));
        foreach (var published in Published(table, TableMetric.All[0])) yield return published;
        if (table.Rows.Any(static row => row.Published?.Top1 is not null))
            yield return Column.Number("ours − paper pp",
                static row => row.Difference is { } difference ? NumberText.Signed(difference.Middle, 2) : Nothing);
    }

    private static string Top1(RowMetrics row)
    {
        if (row.Row.IsQuote) return Nothing;
        var flag = (row.CollapsedSeeds.Count > 0 ? " †" : "") + (row.Resume == ResumeCheck.Inexact ? " ‡" : "")
            + (row.MixesDevices ? " §" : "");
        if (row.Top1 is { } top1) return WithSpread(top1) + flag;
        return row.Gap + (row.Missed?.Top1 is { } missed ? $" ({WithSpread(missed)})" : "") + flag;
    }

    private static string Prediction(RowMetrics row) => row.Top1 is { PredictionHalfWidth: { } half } top1
        ? Range(top1.Mean - half, top1.Mean + half, NumberText.Fixed)
        : Nothing;

    private static string DeltaInterval(RowMetrics row) =>
        row.Comparison?.Difference is { Low: { } low, High: { } high } ? Range(low, high, NumberText.Signed) : Nothing;

    private static string AdjustedP(RowMetrics row) =>
        row.Comparison?.AdjustedP is { } p ? NumberText.P(p) : Nothing;

    private static string Range(decimal low, decimal high, Func<decimal, int, string> shown) =>
        $"{shown(low, 2)} to {shown(high, 2)}";

    private static string WithSpread(Estimate top1) =>
        NumberText.Fixed(top1.Mean, 2) + (top1.Sd is { } sd ? $" ± {NumberText.Fixed(sd, 2)}" : "");

    private static IEnumerable<Column> Measured(TableSpec table, TableMetric metric) =>
    [
        Column.Number(metric.FullHeading, row => metric.Ours(row) is { } value ? Shown(metric, value)
            : row.Missed is { } missed && metric.Ours(missed) is { } reached ? $"({Shown(metric, reached)})"
            // Other networks without BOPs are of full precision, so the reason for the empty cell is stated.
            : metric.IsCost && row is { Row.IsQuote: false, Cost.FollowsTraining: true } ? row.Gap ?? Nothing
            : Nothing),
        .. Published(table, metric),
    ];

    // A column of published values appears only when the paper prints a value in it.
    private static IEnumerable<Column> Published(TableSpec table, TableMetric metric)
    {
        if (table.Rows.Any(row => row.Published is { } published
            && (metric.Published(published) is not null || metric.IsLost(published))))
            yield return Column.Number($"paper {metric.FullHeading}", row => PublishedText(metric, row));
    }

    private static string PublishedText(TableMetric metric, RowMetrics row) => row.Row.Published switch
    {
        null => Nothing,
        var published when metric.IsLost(published) => Lost,
        // Operations have as many decimals as in the paper. The verdict on top-1 has a column of its own.
        var published when metric.Published(published) is { } value =>
            (metric.IsCost ? NumberText.Fixed(value, value.Scale) : Shown(metric, value))
            + (published.Quoted ? " (quoted)" : "")
            + (metric.Column != TableColumn.Top1 && row.VerdictOn(metric.Column)?.Verdict.Sign() is { Length: > 0 } sign
                ? $" {sign}" : ""),
        _ => Nothing,
    };

    private static string Shown(TableMetric metric, decimal value) =>
        metric.Column == TableColumn.Delta ? NumberText.Signed(value, metric.Decimals)
            : NumberText.Fixed(value, metric.Decimals);

    private static string Setting(RowMetrics row, string parameter, Func<TrialSpec, string> shown) =>
        row.Trials.Count == 0
            ? row.Row.Where.GetValueOrDefault(parameter, Nothing)
            : string.Join(", ", row.Trials.Select(trial => shown(trial.Spec)).Distinct());

    private static string DomainInSymbols(TrialSpec trial) => !trial.Method.HasDomain() ? Nothing
        : trial.Domain.IsInThePaper() ? Symbols(trial)
        : $"{Symbols(trial)} (ours)";

    private static string Symbols(TrialSpec trial) => trial.Domain switch
    {
        DomainKind.Symmetric => "{−β, +β}",
        DomainKind.ClosedForm => "{α, β} by Eq. 15",
        DomainKind.Learned => "{α, β} learned",
        DomainKind.ZeroOne => "{0, β}",
        DomainKind.ClosedFormCentred => "{α, β} by Eq. 15, centred",
        _ => HyperparameterText.Of("domain", trial),
    };

    private static string Percent(TrialSpec trial) =>
        trial.Sparsity is null ? Nothing : HyperparameterText.Of("sparsity", trial);

    private static string Gamma(TrialSpec trial) =>
        trial.Sparsity is null ? Nothing : HyperparameterText.Of("gamma", trial);

    private sealed record Column(TableHeading Heading, Func<RowMetrics, string> Text)
    {
        public static Column Words(string heading, Func<RowMetrics, string> text) =>
            new(new TableHeading(heading, IsNumber: false), text);

        public static Column Number(string heading, Func<RowMetrics, string> text) =>
            new(new TableHeading(heading, IsNumber: true), text);
    }
}
