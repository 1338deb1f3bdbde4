using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>A finished figure (Fig. 2): the binary kernels of some layers by Hamming weight, in some rows of the table.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Rows">Labels of the rows, left to right.</param>
/// <param name="Layers">Places among the binary layers, from 1, top to bottom.</param>
/// <param name="Panels">A panel for each layer and row: the rows of the first layer, then those of the next.</param>
public sealed record HistogramFigure(string Title, IReadOnlyList<string> Rows, IReadOnlyList<int> Layers, IReadOnlyList<HistogramPanel> Panels)
{
    /// <summary>Hamming weights of a 3×3 kernel: 0 to 9.</summary>
    public const int Weights = 10;

    /// <summary>The figure that a spec asks for.</summary>
    public static HistogramFigure Of(FigureSpec spec, IReadOnlyList<RowFigures> rows)
    {
        var shown = spec.Rows.Select(label => rows.First(row => row.Row.Label == label)).ToList();
        return new HistogramFigure(
            spec.Title, spec.Rows, spec.Layers, [.. spec.Layers.SelectMany(layer => shown.Select(row => HistogramPanel.Of(row, layer)))]);
    }

    /// <summary>The figure as a table: a line for each panel, shares in percent.</summary>
    public (IReadOnlyList<TableHeading> Columns, IReadOnlyList<IReadOnlyList<string>> Cells) AsTable() =>
    (
        [
            new TableHeading("layer", IsNumber: true), new TableHeading("row", IsNumber: false),
            .. Enumerable.Range(0, Weights).Select(static ones => new TableHeading(string.Create(CultureInfo.InvariantCulture, $"{ones} %"), IsNumber: true)),
        ],
        [
            .. Panels.Select(static panel => (IReadOnlyList<string>)
            [
                panel.Layer.ToString(CultureInfo.InvariantCulture), panel.Row,
                .. Enumerable.Range(0, Weights).Select(ones => panel.Shares is { } shares ? NumberText.Fixed(shares[ones].Mean, 1) : panel.Gap ?? "–"),
            ]),
        ]
    );

    /// <summary>The figure's numbers in full precision as CSV: a line for each panel and Hamming weight, shares in percent.</summary>
    public string ToCsv() => CsvText.Of(
        ["layer", "row", "hamming_weight", "share", "share_sd", "n", "resume"],
        from panel in Panels
        from ones in Enumerable.Range(0, Weights)
        let share = panel.Shares?[ones]
        select (IEnumerable<object?>)[panel.Layer, panel.Row, ones, share?.Mean, share?.Sd, share?.Count, panel.Resume.InWords()]);
}

/// <summary>One panel: a layer's kernels in a row.</summary>
/// <param name="Row">The row's label.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Shares">For each Hamming weight, the kernels that have it, in percent of the layer's, over the seeds; null where they are not known.</param>
/// <param name="Gap">Why they are not known, where a word for it is needed.</param>
/// <param name="Resume">Whether resuming is exact where the row was trained.</param>
public sealed record HistogramPanel(string Row, int Layer, IReadOnlyList<Estimate>? Shares, string? Gap, ResumeCheck Resume)
{
    internal static HistogramPanel Of(RowFigures row, int layer)
    {
        if (row.Gap is not null) return new HistogramPanel(row.Row.Label, layer, Shares: null, row.Gap, row.Resume);
        var counts = row.Trials.Select(trial => trial.Layers.FirstOrDefault(l => l.Order == layer)?.Hamming ?? []).ToList();
        if (counts.Exists(static hamming => hamming.Count == 0)) return new HistogramPanel(row.Row.Label, layer, Shares: null, Gap: null, row.Resume);
        return new HistogramPanel(
            row.Row.Label, layer,
            [.. Enumerable.Range(0, HistogramFigure.Weights).Select(ones => Estimate.Of(counts.ConvertAll(hamming => 100m * hamming[ones] / hamming.Sum()))!)],
            Gap: null,
            row.Resume);
    }
}
