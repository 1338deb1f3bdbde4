using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// A finished table: the one model behind every format, with nothing in it that varies between equal runs.
/// </summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows; each has one text for each column.</param>
/// <param name="Footnotes">What a reader must know, in order.</param>
/// <param name="Figures">The rows' figures in full precision.</param>
/// <param name="Shown">The columns that the spec asks for.</param>
/// <param name="Histograms">The figure drawn from the rows, if the spec asks for one.</param>
public sealed record TableModel(
    string Title,
    IReadOnlyList<TableHeading> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    IReadOnlyList<string> Footnotes,
    IReadOnlyList<RowMetrics> Figures,
    IReadOnlyList<TableColumn> Shown,
    HistogramFigure? Histograms);
