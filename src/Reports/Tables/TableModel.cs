using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// A finished table: the model of every output format. It contains nothing that can differ between runs with equal
/// results.
/// </summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows; each has one text for each column.</param>
/// <param name="Footnotes">The notes below the table, in order.</param>
/// <param name="Metrics">The rows' metrics in full precision.</param>
/// <param name="Shown">The columns of the spec.</param>
/// <param name="Histograms">The figure of the rows; null when the spec has none.</param>
public sealed record TableModel(
    string Title,
    IReadOnlyList<TableHeading> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    IReadOnlyList<string> Footnotes,
    IReadOnlyList<RowMetrics> Metrics,
    IReadOnlyList<TableColumn> Shown,
    HistogramFigure? Histograms)
{
    /// <summary>The spec's claims about the rows, with their outcomes.</summary>
    public IReadOnlyList<ClaimResult> Claims { get; init; } = [];
}
