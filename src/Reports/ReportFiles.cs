using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Figures;
using Sbnn.Sweeps.Reports.Pages;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports;

/// <summary>The files of a sweep's report: their names, and their texts.</summary>
internal static class ReportFiles
{
    /// <summary>The table in each format, and the files that every report has.</summary>
    private static readonly string[] Common =
        [.. Enum.GetValues<TableFormat>().Select(NameOf), "layers.csv", "index.html", "manifest.json"];

    /// <summary>Figures that a report has when there are results, or published numbers, to draw.</summary>
    private static readonly string[] Drawn = ["accuracy-bops.svg", "learning-curves.svg"];

    private static readonly string[] OfFigure = ["figure.svg", "figure.csv"];

    /// <summary>Every name that a report may have.</summary>
    /// <param name="hasFigure">True when the spec has a figure.</param>
    public static IReadOnlyList<string> Names(bool hasFigure) =>
        hasFigure ? [.. Common, .. Drawn, .. OfFigure] : [.. Common, .. Drawn];

    /// <summary>The files, in the order in which they are written.</summary>
    public static IEnumerable<(string Name, string Text)> Of(SweepOutcome sweep, TableModel table)
    {
        foreach (var format in Enum.GetValues<TableFormat>()) yield return (NameOf(format), format.Render(table));
        yield return ("layers.csv", LayersCsv.Render(table));
        var figures = new List<PageFigure>();
        if (table.Histograms is { } histograms)
        {
            var svg = HistogramSvg.Render(histograms);
            figures.Add(new PageFigure(svg, "Binary kernels by Hamming weight.", IsWide: true));
            yield return ("figure.svg", svg);
            yield return ("figure.csv", histograms.ToCsv());
        }

        if (AccuracyFigure.Of("Accuracy against BOPs PR", table.Metrics) is { } accuracy)
        {
            var svg = AccuracySvg.Render(accuracy);
            figures.Add(new PageFigure(svg,
                "Accuracy against the change of binary operations. Rows without a complete result have no disc."));
            yield return ("accuracy-bops.svg", svg);
        }

        if (CurvesFigure.Of("Learning curves", table.Metrics) is { } curves)
        {
            var svg = CurvesSvg.Render(curves);
            figures.Add(new PageFigure(svg, "Test accuracy by epoch, over the finished trials of each row."));
            yield return ("learning-curves.svg", svg);
        }

        yield return ("index.html", SweepPage.Render(sweep, table, figures, Manifest.SbnnVersion));
        // Without a revision there is nothing that a manifest could record: a spec was rendered.
        if (sweep.Revision > 0)
            yield return ("manifest.json",
                JsonSerializer.Serialize(Manifest.Of(sweep, table), SbnnJson.Indented) + "\n");
    }

    private static string NameOf(TableFormat format) =>
        $"table.{EnumWords.Of(format)}";
}
