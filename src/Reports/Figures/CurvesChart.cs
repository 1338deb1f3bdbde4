using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Draws a <see cref="CurvesFigure"/>: for each row the mean over its seeds, within a band of the standard deviation,
/// and the best seed as a thin line that has a ring at the reported epoch.
/// </summary>
internal static class CurvesChart
{
    /// <summary>Draws the figure.</summary>
    public static Drawing Draw(CurvesFigure figure)
    {
        var curves = figure.Curves;
        var chart = new Chart(
            figure.Title,
            [
                (ChartAxis.OfCounts("epoch", curves.Max(static curve => curve.Accuracies.Count)),
                    ChartAxis.Of("test accuracy, %", [.. curves.SelectMany(Shown)], least: 0, most: 100, intervals: 7)),
            ],
            [.. Legend(figure)]);
        var plot = chart.Plots[0];
        foreach (var (i, curve) in curves.Index()) RowLine.DrawBand(plot, i, Means(curve));
        foreach (var (i, curve) in curves.Index()) DrawBest(plot, i, curve);
        foreach (var (i, curve) in curves.Index()) RowLine.DrawMean(plot, i, Means(curve));
        return chart.Drawing;
    }

    private static IEnumerable<LegendEntry> Legend(CurvesFigure figure)
    {
        if (figure.Curves.Any(static curve => curve.Accuracies.Any(static at => at.Sd is not null)))
            yield return new LegendEntry("line: mean; band: ± standard deviation over seeds");
        if (figure.Curves.Any(static curve => curve.Best is not null))
            yield return new LegendEntry("thin line: best seed; ring: its reported epoch");
        foreach (var (i, curve) in figure.Curves.Index())
            yield return RowLine.Entry(i, curve.Seeds == curve.Trials ? curve.Label
                : string.Create(CultureInfo.InvariantCulture, $"{curve.Label} ({curve.Seeds}/{curve.Trials} seeds)"));
        if (figure.Omitted > 0)
            yield return new LegendEntry($"{Wording.Count(figure.Omitted, "further row")} not shown");
    }

    private static void DrawBest(ChartPlot plot, int row, LearningCurve curve)
    {
        if (curve.Best is not { } best) return;
        var shown = best.Accuracies.Take(curve.Accuracies.Count).ToList();
        if (shown.Count > 1)
            plot.Drawing.Stroke(RowLine.PathOf(plot, shown.Select(static (accuracy, i) => (i + 1m, accuracy))),
                Palette.Colour(row), 0.7m);
        if (best.Epoch <= shown.Count)
            plot.Drawing.Ring(plot.X(best.Epoch), plot.Y(shown[best.Epoch - 1]), 2.6m, Palette.Colour(row));
    }

    private static IEnumerable<decimal> Shown(LearningCurve curve) =>
    [
        .. curve.Accuracies.SelectMany(static at => new[] { RowLine.LowestOf(at), RowLine.HighestOf(at) }),
        .. curve.Best?.Accuracies.Take(curve.Accuracies.Count) ?? [],
    ];

    private static List<(decimal X, Estimate Y)> Means(LearningCurve curve) =>
        [.. curve.Accuracies.Select(static (at, i) => (i + 1m, at))];
}
