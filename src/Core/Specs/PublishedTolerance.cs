namespace Sbnn.Sweeps.Core.Specs;

/// <summary>δ: the largest difference to a published value that counts as equal to it.</summary>
public static class PublishedTolerance
{
    /// <summary>The default for accuracies, rates and shares, in percentage points.</summary>
    public const decimal Points = 0.5m;

    /// <summary>The largest tolerance that a spec may state.</summary>
    public const decimal Most = 100;

    private const byte MostDecimals = 28;

    /// <summary>The tolerance that the table's spec states for a metric, in the metric's unit; null for none.</summary>
    public static decimal? StatedTolerance(this TableSpec table, TableColumn metric) =>
        table.Tolerance?.TryGetValue(metric, out var stated) == true ? stated : null;

    /// <summary>
    /// The tolerance of a table for a published value, in the metric's unit. The default for operations is half a unit
    /// of the value's last digit, so that a count that rounds to the printed number is equal to it: 0.5 for 48, 0.005
    /// for 1.41.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="published">The published value, with as many decimals as printed.</param>
    public static decimal ToleranceFor(this TableSpec table, TableColumn metric, decimal published) =>
        table.StatedTolerance(metric) ?? (metric is TableColumn.Bops or TableColumn.Flops or TableColumn.Ops
            ? new decimal(5, 0, 0, isNegative: false, scale: Math.Min(MostDecimals, (byte)(published.Scale + 1)))
            : Points);
}
