using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A finished figure (Fig. 2): the binary kernels of some layers by Hamming weight, in some rows of the table.
/// </summary>
/// <param name="Title">The heading.</param>
/// <param name="Rows">Labels of the rows, left to right.</param>
/// <param name="Layers">The shown binary layers, counted from 1, top to bottom.</param>
/// <param name="Panels">A panel for each layer and row: the rows of the first layer, then those of the next.</param>
public sealed record HistogramFigure(
    string Title, IReadOnlyList<string> Rows, IReadOnlyList<int> Layers, IReadOnlyList<HistogramPanel> Panels)
{
    /// <summary>The number of Hamming weights of a 3×3 kernel: 0 to 9.</summary>
    public const int Weights = 10;

    /// <summary>The figure of a spec.</summary>
    public static HistogramFigure Of(FigureSpec spec, IReadOnlyList<RowMetrics> rows)
    {
        var shown = spec.Rows.Select(label => rows.First(row => row.Row.Label == label)).ToList();
        return new HistogramFigure(
            spec.Title, spec.Rows, spec.Layers,
            [.. spec.Layers.SelectMany(layer => shown.Select(row => HistogramPanel.Of(row, layer)))]);
    }

    /// <summary>
    /// The figure's numbers in full precision as CSV: a line for each panel and Hamming weight, shares in percent.
    /// </summary>
    public string ToCsv() => CsvText.Of(
        ["layer", "row", "hamming_weight", "share", "share_sd", "n", "resume"],
        from panel in Panels
        from ones in Enumerable.Range(0, Weights)
        let share = panel.Shares?[ones]
        select (IEnumerable<object?>)[panel.Layer, panel.Row, ones, share?.Mean, share?.Sd, share?.Count,
            panel.Resume.InWords()]);
}
