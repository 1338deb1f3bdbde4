namespace Sbnn.Sweeps.Core.Specs;

/// <summary>δ: the largest difference to a published value that counts as equal to it.</summary>
public static class PublishedTolerance
{
    /// <summary>The default for accuracies, rates and shares, in percentage points.</summary>
    public const decimal Points = 0.5m;

    /// <summary>The default for operations, in units of 10⁸: Table 4 prints two or three decimals.</summary>
    public const decimal Operations = 0.01m;

    /// <summary>The largest tolerance that a spec may state.</summary>
    public const decimal Most = 100;

    /// <summary>The tolerance of a table for a metric, in the metric's unit.</summary>
    public static decimal ToleranceFor(this TableSpec table, TableColumn metric) =>
        table.Tolerance?.TryGetValue(metric, out var stated) == true ? stated
        : metric is TableColumn.Bops or TableColumn.Flops or TableColumn.Ops ? Operations
        : Points;
}
