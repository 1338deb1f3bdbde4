using System.Globalization;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Draws a <see cref="ScatterFigure"/>. Each row has a colour and a number. A disc, with the standard deviation over
/// the seeds, shows our values, a diamond the paper's, and a line joins the two. When there are too many rows to
/// distinguish, all have the same colour and no numbers.
/// </summary>
internal static class ScatterChart
{
    private const decimal Radius = 4.5m;
    private const decimal DiamondRadius = 6.8m; // A disc fits inside, so neither hides the other.

    private const decimal SpreadEnd = 4; // Half the length of the line at the end of a standard deviation.
    private const decimal AllowedOpacity = 0.1m;

    /// <summary>Draws the figure.</summary>
    public static Drawing Draw(ScatterFigure figure)
    {
        var points = figure.Points;
        var isNumbered = points.Count <= Palette.Most;
        var chart = new Chart(
            figure.Title,
            [
                (ChartAxis.Of(figure.XTitle,
                    [.. points.SelectMany(static point => Extent(point.Ours?.X, point.Paper?.X))],
                    least: -100, figure.XMost, intervals: 5),
                    ChartAxis.Of(figure.YTitle,
                        [.. points.SelectMany(static point => Extent(point.Ours?.Y, point.Paper?.Y))],
                        least: 0, most: 100, intervals: 7)),
            ],
            [.. Target(figure), .. Kinds(points), .. isNumbered ? Names(points) : []]);
        var plot = chart.Plots[0];
        if (figure.Target is { } target) DrawTarget(plot, target);
        foreach (var (i, point) in points.Index()) Joined(plot, point, Colour(i));
        foreach (var (i, point) in points.Index()) Marks(plot, point, Colour(i));
        if (isNumbered) NumberPlaces.Draw(plot, [.. points.Select(point => Places(plot, point))],
            points.SelectMany(point => Spreads(plot, point)));
        return chart.Drawing;

        string Colour(int row) => isNumbered ? Palette.Colour(row) : Palette.Colour(0);
    }

    private static IEnumerable<LegendEntry> Names(IReadOnlyList<ScatterPoint> points) =>
        points.Select(static (point, i) => new LegendEntry(
            string.Create(CultureInfo.InvariantCulture,
                $"{i + 1}: {point.Label}{(point is { Paper: not null, IsQuoted: true } ? " (quoted)" : "")}"),
            (drawing, x, y) => drawing.Rectangle(x - 5, y - 5, 10, 10, Palette.Colour(i))));

    private static IEnumerable<LegendEntry> Target(ScatterFigure figure)
    {
        if (figure.Target is not { } target) yield break;
        yield return new LegendEntry(target.Line,
            static (drawing, x, y) => drawing.Stroke(
                $"M{Drawing.Number(x - 14)} {Drawing.Number(y)}h28", Drawing.Soft));
        yield return new LegendEntry(target.Area,
            static (drawing, x, y) => drawing.Fill(
                $"M{Drawing.Number(x - 14)} {Drawing.Number(y - 6)}h28v12h-28z", Palette.Colour(0), AllowedOpacity));
    }

    private static IEnumerable<LegendEntry> Kinds(IReadOnlyList<ScatterPoint> points)
    {
        var ours = points.Where(static point => point is { Ours: not null, IsMissed: false }).ToList();
        if (ours.Count > 0)
        {
            var hasSpread = ours.Exists(static point => point.Ours!.Value.Y.Sd is not null);
            yield return new LegendEntry(
                $"ours{(hasSpread ? ", ± standard deviation over the seeds" : "")}",
                static (drawing, x, y) => drawing.Disc(x, y, Radius, Drawing.Soft));
        }

        if (points.Any(static point => point is { Ours: not null, IsMissed: true }))
            yield return new LegendEntry("target missed: the seeds that missed it, last epoch",
                static (drawing, x, y) => drawing.Ring(x, y, Radius, Drawing.Soft));
        if (points.Any(static point => point.Paper is not null))
            yield return new LegendEntry("the paper's",
                static (drawing, x, y) => drawing.Diamond(x, y, DiamondRadius, Drawing.Soft));
    }

    private static void DrawTarget(ChartPlot plot, ScatterTarget target)
    {
        var (left, right) = (Math.Max(0, plot.XAxis.Low), plot.XAxis.High);
        if (Within(target.Slope) is { } area)
            plot.Drawing.Fill(
                $"M{plot.At(area.From, plot.YAxis.Low)}L{plot.At(area.From, target.Slope * area.From)}"
                + $"L{plot.At(area.To, target.Slope * area.To)}"
                + $"L{plot.At(right, target.Slope * right)}L{plot.At(right, plot.YAxis.Low)}z", Palette.Colour(0),
                AllowedOpacity);
        if (Within(1) is { } line)
            plot.Drawing.Stroke($"M{plot.At(line.From, line.From)}L{plot.At(line.To, line.To)}", Drawing.Soft);

        // The part of a line through the origin that lies within the plot; null for none.
        (decimal From, decimal To)? Within(decimal slope)
        {
            var (from, to) = (Math.Max(left, plot.YAxis.Low / slope), Math.Min(right, plot.YAxis.High / slope));
            return from < to ? (from, to) : null;
        }
    }

    private static void Joined(ChartPlot plot, ScatterPoint point, string colour)
    {
        if (point is { Ours: { } ours, Paper: { } paper })
            plot.Drawing.Stroke(
                $"M{plot.At(ours.X.Mean, ours.Y.Mean)}L{plot.At(paper.X, paper.Y)}", colour, dashes: "2 3");
    }

    private static void Marks(ChartPlot plot, ScatterPoint point, string colour)
    {
        if (point.Paper is { } paper)
            plot.Drawing.Diamond(plot.X(paper.X), plot.Y(paper.Y), DiamondRadius, colour);
        if (point.Ours is not { } ours) return;
        var (x, y) = (plot.X(ours.X.Mean), plot.Y(ours.Y.Mean));
        foreach (var spread in Spreads(plot, point))
        {
            var (left, top) = (Drawing.Number(spread.X), Drawing.Number(spread.Y));
            var (right, bottom) =
                (Drawing.Number(spread.X + spread.Width), Drawing.Number(spread.Y + spread.Height));
            plot.Drawing.Stroke(
                spread.Height > spread.Width
                    ? $"M{Drawing.Number(x)} {top}V{bottom}M{left} {top}H{right}M{left} {bottom}H{right}"
                    : $"M{left} {Drawing.Number(y)}H{right}M{left} {top}V{bottom}M{right} {top}V{bottom}",
                colour, width: 1.4m);
        }

        if (point.IsMissed) plot.Drawing.Ring(x, y, Radius, colour);
        else plot.Drawing.Disc(x, y, Radius, colour);
    }

    // The areas of the lines that show a standard deviation, where the mark does not cover them.
    private static IEnumerable<Box> Spreads(ChartPlot plot, ScatterPoint point)
    {
        if (point.Ours is not { } ours) yield break;
        var (x, y) = (plot.X(ours.X.Mean), plot.Y(ours.Y.Mean));
        var (high, low) = (plot.Y(ours.Y.Mean + (ours.Y.Sd ?? 0)), plot.Y(ours.Y.Mean - (ours.Y.Sd ?? 0)));
        if (low - high > 2 * Radius) yield return new Box(x - SpreadEnd, high, 2 * SpreadEnd, low - high);
        var (left, right) = (plot.X(ours.X.Mean - (ours.X.Sd ?? 0)), plot.X(ours.X.Mean + (ours.X.Sd ?? 0)));
        if (right - left > 2 * Radius) yield return new Box(left, y - SpreadEnd, right - left, 2 * SpreadEnd);
    }

    private static IReadOnlyList<(decimal X, decimal Y)> Places(ChartPlot plot, ScatterPoint point) =>
    [
        .. point.Ours is { } ours ? (ReadOnlySpan<(decimal, decimal)>)[(plot.X(ours.X.Mean), plot.Y(ours.Y.Mean))] : [],
        .. point.Paper is { } paper ? (ReadOnlySpan<(decimal, decimal)>)[(plot.X(paper.X), plot.Y(paper.Y))] : [],
    ];

    private static IEnumerable<decimal> Extent(Estimate? ours, decimal? paper)
    {
        if (paper is { } printed) yield return printed;
        if (ours is null) yield break;
        yield return ours.Mean - (ours.Sd ?? 0);
        yield return ours.Mean + (ours.Sd ?? 0);
    }
}
