using System.Text;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Draws a row's percentages as a line of the means, within a band of the standard deviation over the seeds.
/// </summary>
internal static class RowLine
{
    /// <summary>The entry of a row in the legend.</summary>
    public static LegendEntry Entry(int row, string text) => new(text, (drawing, x, y) => drawing.Stroke(
        $"M{Drawing.Number(x - 14)} {Drawing.Number(y)}h28", Palette.Colour(row), 2, Palette.Dashes(row)));

    /// <summary>The lower edge of the band. No percentage is below 0.</summary>
    public static decimal LowestOf(Estimate value) => Math.Max(0, value.Mean - (value.Sd ?? 0));

    /// <summary>The upper edge of the band. No percentage is above 100.</summary>
    public static decimal HighestOf(Estimate value) => Math.Min(100, value.Mean + (value.Sd ?? 0));

    /// <summary>Draws the band; nothing for a single seed.</summary>
    public static void DrawBand(ChartPlot plot, int row, IReadOnlyList<(decimal X, Estimate Y)> values)
    {
        if (values[0].Y.Sd is null) return;
        var upper = values.Select(static at => (at.X, HighestOf(at.Y)));
        var lower = values.Select(static at => (at.X, LowestOf(at.Y))).Reverse();
        plot.Drawing.Fill(PathOf(plot, upper.Concat(lower)) + "z", Palette.Colour(row), 0.16m);
    }

    /// <summary>Draws the line of the means; a single value as a dot.</summary>
    public static void DrawMean(ChartPlot plot, int row, IReadOnlyList<(decimal X, Estimate Y)> values)
    {
        if (values is [var (x, y)]) plot.Drawing.Disc(plot.X(x), plot.Y(y.Mean), 3, Palette.Colour(row));
        else
            plot.Drawing.Stroke(PathOf(plot, values.Select(static at => (at.X, at.Y.Mean))), Palette.Colour(row), 1.6m,
                Palette.Dashes(row));
    }

    /// <summary>The path through values.</summary>
    public static string PathOf(ChartPlot plot, IEnumerable<(decimal X, decimal Y)> values)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in values) path.Append(path.Length == 0 ? 'M' : 'L').Append(plot.At(x, y));
        return path.ToString();
    }
}
