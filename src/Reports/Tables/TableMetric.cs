using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>A metric of rows that the paper may also print, with the functions that read both values.</summary>
/// <param name="Column">The column of the metric.</param>
/// <param name="Heading">The heading, without the unit.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Decimals">Decimals that tables show.</param>
/// <param name="Ours">Reads our mean.</param>
/// <param name="Sd">Reads our standard deviation; null for one seed, and for a metric without one.</param>
/// <param name="Published">Reads the published value.</param>
/// <param name="Interval">Our mean with its 95 % interval.</param>
internal sealed record TableMetric(
    TableColumn Column, string Heading, string Unit, int Decimals, Func<RowMetrics, decimal?> Ours,
    Func<RowMetrics, decimal?> Sd,
    Func<PublishedRow, decimal?> Published,
    Func<RowMetrics, Interval?> Interval)
{
    /// <summary>All metrics, in the order of the CSV file.</summary>
    public static IReadOnlyList<TableMetric> All { get; } =
    [
        Over(TableColumn.Top1, "top-1", "%", 2, static p => p.Top1),
        new(TableColumn.Delta, "Δ", "pp", 2, static r => r.Delta, static _ => null, static p => p.Delta,
            static r => r.Comparison?.Difference),
        Over(TableColumn.BopsPr, "BOPs PR", "%", 1, static p => p.BopsPr),
        Over(TableColumn.BParamsPr, "BParams PR", "%", 1, static p => p.BParamsPr),
        Over(TableColumn.K0, "K₀", "%", 1, static p => p.K0),
        Over(TableColumn.K1, "K₁", "%", 1, static p => p.K1),
        Over(TableColumn.Ones, "U/N", "%", 1, static _ => null),
        Over(TableColumn.Entropy, "h(U/N)", "bits", 3, static _ => null),
        Over(TableColumn.BopsPrK1EightNinths, "BOPs PR (8/9)", "%", 1, static _ => null),
        Over(TableColumn.BopsPrSparse, "BOPs PR (sparse)", "%", 1, static _ => null),
        Over(TableColumn.BopsPrSparseHalf, "BOPs PR (sparse/2)", "%", 1, static _ => null),
        Over(TableColumn.EmptyFilters, "empty filters", "", 1, static _ => null),
        Over(TableColumn.PhiTau, "φ/τ", "", 2, static _ => null),
        Cost(TableColumn.Bops, "BOPs", static cost => cost.Bops, static p => p.Bops),
        Cost(TableColumn.Flops, "FLOPs", static cost => cost.Flops, static p => p.Flops),
        Cost(TableColumn.Ops, "OPs", static cost => cost.Ops, static p => p.Ops),
    ];

    /// <summary>The metric's name in specs and in published files.</summary>
    public string Name { get; } = EnumWords.Of(Column);

    /// <summary>The heading with its unit.</summary>
    public string FullHeading => Unit.Length == 0 ? Heading : $"{Heading} {Unit}";

    /// <summary>True for a metric that the CSV file always contains.</summary>
    public bool IsInEveryFile => Column <= TableColumn.Entropy;

    /// <summary>True for a number of operations.</summary>
    public bool IsCost => Column is TableColumn.Bops or TableColumn.Flops or TableColumn.Ops;

    /// <summary>
    /// True when the paper prints the metric for this row, but it is missing in our copy of the paper.
    /// </summary>
    public bool IsLost(PublishedRow row) => row.Lost.Contains(Name);

    /// <summary>True when the row's network alone determines the metric, whatever its training.</summary>
    public bool IsCountOf(RowMetrics row) =>
        IsCost && row.Cost is { } cost && (Column == TableColumn.Flops || !cost.FollowsTraining);

    /// <summary>
    /// Compares our value with the published one; null when the paper prints none, and for a row that only quotes the
    /// paper and whose network is not counted.
    /// </summary>
    public MetricVerdict? Compare(RowMetrics row, TableSpec table)
    {
        if (row.Row.Published is not { } published || Published(published) is not { } value) return null;
        var (difference, tolerance) = (Interval(row)?.Less(value), table.ToleranceFor(Column, value));
        return difference is { } exact && IsCountOf(row) ? MetricVerdict.OfCount(row, Column, exact, tolerance)
            : row.Row.IsQuote ? null
            : MetricVerdict.Of(row, Column, difference, tolerance);
    }

    private static TableMetric Cost(
        TableColumn column, string heading, Func<RowCost, Interval?> ours, Func<PublishedRow, decimal?> published)
    {
        return new(
            column, heading, "10⁸", 2, row => Value(row)?.Middle, static _ => null, published, Value);

        Interval? Value(RowMetrics row) => row.Cost is { } cost && ours(cost) is { } value
            ? new Interval(value.Middle / 1e8m, value.Low / 1e8m, value.High / 1e8m)
            : null;
    }

    private static TableMetric Over(
        TableColumn column, string heading, string unit, int decimals, Func<PublishedRow, decimal?> published) =>
        new(column, heading, unit, decimals, row => row.EstimateOf(column)?.Mean, row => row.EstimateOf(column)?.Sd,
            published, row => row.EstimateOf(column)?.Interval);
}
