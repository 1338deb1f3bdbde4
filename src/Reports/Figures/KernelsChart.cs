using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>Draws a <see cref="KernelsFigure"/>: a plot of K₀ above one of K₁.</summary>
internal static class KernelsChart
{
    /// <summary>Draws the figure.</summary>
    public static Drawing Draw(KernelsFigure figure)
    {
        var layers = ChartAxis.OfCounts(
            "binary layer", figure.Rows.Max(static row => row.Layers[^1].Order), margin: 0.3m);
        var chart = new Chart(
            figure.Title, [(layers, Axis("K₀, %", K0)), (layers, Axis("K₁, %", K1))], [.. Legend(figure)]);
        foreach (var (plot, values) in chart.Plots.Zip<ChartPlot, Func<RowKernels, IReadOnlyList<(decimal, Estimate)>>>(
            [K0, K1]))
        {
            foreach (var (i, row) in figure.Rows.Index()) RowLine.DrawBand(plot, i, values(row));
            foreach (var (i, row) in figure.Rows.Index()) RowLine.DrawMean(plot, i, values(row));
        }

        return chart.Drawing;

        ChartAxis Axis(string title, Func<RowKernels, IReadOnlyList<(decimal X, Estimate Y)>> values) => ChartAxis.Of(
            title,
            [
                .. figure.Rows.SelectMany(values).SelectMany(static at =>
                    new[] { RowLine.LowestOf(at.Y), RowLine.HighestOf(at.Y) }),
            ],
            least: 0, most: 100, intervals: 5);
    }

    private static IEnumerable<LegendEntry> Legend(KernelsFigure figure)
    {
        if (figure.Rows.Any(static row => row.Layers[0].K0.Sd is not null))
            yield return new LegendEntry("line: mean; band: ± standard deviation over seeds");
        foreach (var (i, row) in figure.Rows.Index()) yield return RowLine.Entry(i, row.Label);
        if (figure.Omitted > 0)
            yield return new LegendEntry($"{Wording.Count(figure.Omitted, "further row")} not shown");
    }

    private static IReadOnlyList<(decimal X, Estimate Y)> K0(RowKernels row) =>
        [.. row.Layers.Select(static layer => ((decimal)layer.Order, layer.K0))];

    private static IReadOnlyList<(decimal X, Estimate Y)> K1(RowKernels row) =>
        [.. row.Layers.Select(static layer => ((decimal)layer.Order, layer.K1))];
}
