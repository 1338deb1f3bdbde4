using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Importance;
using Sbnn.Sweeps.Reports.Pages;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>The files of a sweep's report: their names, and their bytes.</summary>
public static class ReportFiles
{
    /// <summary>The table in each format, and the other files that need no figure.</summary>
    private static readonly string[] Common =
    [
        .. Enum.GetValues<TableFormat>().Select(TableFormatExtensions.FileName), "layers.csv", "importance.csv",
        HyperparametersTable.FileName, "index.html", "manifest.json",
    ];

    /// <summary>
    /// The figures that a report can have. "figure" is that of the spec's key; all others need no key, and all but
    /// "accuracy-bops" require results or published numbers.
    /// </summary>
    private static readonly string[] Drawn =
        ["figure", "accuracy-bops", "accuracy-bparams", "ones-target", "k0-k1-layers", "learning-curves"];

    /// <summary>The names of all files that a report can have.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Common, "figure.csv", .. Drawn.SelectMany(static figure => (string[])[$"{figure}.svg", $"{figure}.png"])];

    /// <summary>The files, in the order in which they are written.</summary>
    public static IEnumerable<ReportFile> Of(SweepOutcome sweep, TableModel table)
    {
        foreach (var format in Enum.GetValues<TableFormat>())
            yield return ReportFile.Of(format.FileName(), format.Render(table));
        yield return new ReportFile("layers.csv", () => LayersCsv.Render(table));
        var importance = SweepImportance.Of(sweep);
        if (importance.Analysis is { } analysis)
            yield return ReportFile.Of("importance.csv", ImportanceTable.Csv(analysis));
        var hyperparameters = HyperparameterUse.Of(sweep, table.Metrics);
        yield return ReportFile.Of(HyperparametersTable.FileName, HyperparametersTable.Csv(hyperparameters));
        if (table.Histograms is { } histograms) yield return ReportFile.Of("figure.csv", histograms.ToCsv());
        var figures = new List<PageFigure>();
        foreach (var (name, drawing, caption) in Figures(table))
        {
            var text = SvgFile.Render(drawing);
            if (caption is not null) figures.Add(new PageFigure(text, caption, IsWide: drawing.Width > Chart.Width));
            var svg = ReportFile.Of($"{name}.svg", text);
            yield return new ReportFile($"{name}.png", () => PngFile.Render(drawing)) { Original = svg };
            yield return svg;
        }

        yield return ReportFile.Of(
            "index.html",
            SweepPage.Render(sweep, table, importance, hyperparameters, figures, Manifest.SbnnVersion));
        // Revision 0 means that a spec was rendered without a run, so there is nothing for a manifest to record.
        if (sweep.Revision > 0)
            yield return new ReportFile("manifest.json", () =>
                [.. JsonSerializer.SerializeToUtf8Bytes(Manifest.Of(sweep, table), SbnnJson.Indented), (byte)'\n']);
    }

    private static IEnumerable<(string Name, Drawing Drawing, string? Caption)> Figures(TableModel table)
    {
        if (table.Histograms is { } histograms)
            yield return ("figure", HistogramChart.Draw(histograms), "Binary kernels by Hamming weight.");
        if (ScatterFigure.OfBops(table.Metrics) is { } bops)
            yield return ("accuracy-bops", ScatterChart.Draw(bops),
                "Accuracy against the change of binary operations. Rows without a complete result have no disc.");
        else // Every report has a figure, but an empty one is not worth a place on the page.
            yield return ("accuracy-bops", EmptyChart.Draw("Accuracy against BOPs PR",
                "Nothing to draw: no row has both an accuracy and a BOPs PR."), null);
        if (ScatterFigure.OfBParams(table.Metrics) is { } parameters)
            yield return ("accuracy-bparams", ScatterChart.Draw(parameters),
                "Accuracy against the change of binary parameters. Rows without a complete result have no disc.");
        if (ScatterFigure.OfOnes(table.Metrics) is { } ones)
            yield return ("ones-target", ScatterChart.Draw(ones),
                "The share of binary weights that are 1 (U/N), against the share that the target allows (EC).");
        if (KernelsFigure.Of("K₀ and K₁ by layer", table.Metrics) is { } kernels)
            yield return ("k0-k1-layers", KernelsChart.Draw(kernels),
                "The share of kernels without a 1 (K₀) and with a single 1 (K₁), by binary layer.");
        if (CurvesFigure.Of("Learning curves", table.Metrics) is { } curves)
            yield return ("learning-curves", CurvesChart.Draw(curves),
                "Mean test accuracy by epoch, over the finished trials of each row.");
    }
}
