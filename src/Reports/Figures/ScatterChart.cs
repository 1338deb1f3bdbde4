using System.Globalization;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Draws a <see cref="ScatterFigure"/>. A row has one colour and one number: a disc with the standard deviation over
/// the seeds is ours, a diamond is the paper's, and a line joins the two. Too many rows to tell apart have one colour
/// and no numbers.
/// </summary>
internal static class ScatterChart
{
    private const decimal Radius = 4.5m;
    private const decimal DiamondRadius = 6.8m; // A disc fits inside, so neither hides the other.

    private static readonly string?[] LineDashes = [null, "5 3"];

    /// <summary>Draws the figure.</summary>
    public static Drawing Draw(ScatterFigure figure)
    {
        var points = figure.Points;
        var isNumbered = points.Count <= Palette.Most;
        var chart = new Chart(
            figure.Title,
            [
                (ChartAxis.Of(figure.XTitle, [.. points.SelectMany(X)], least: -100, figure.XMost, intervals: 5),
                    ChartAxis.Of(figure.YTitle, [.. points.SelectMany(Y)], least: 0, most: 100, intervals: 7)),
            ],
            [.. Lines(figure), .. Kinds(points), .. isNumbered ? Names(points) : []]);
        var plot = chart.Plots[0];
        foreach (var (i, line) in figure.Lines.Index()) Through(plot, points, line.Slope, LineDashes[i]);
        foreach (var (i, point) in points.Index()) Joined(plot, point, Colour(i));
        foreach (var (i, point) in points.Index()) Marks(plot, point, Colour(i));
        if (isNumbered) NumberPlaces.Draw(plot, [.. points.Select(point => Places(plot, point))]);
        return chart.Drawing;

        string Colour(int row) => isNumbered ? Palette.Colour(row) : Palette.Colour(0);
    }

    private static IEnumerable<LegendEntry> Names(IReadOnlyList<ScatterPoint> points) =>
        points.Select(static (point, i) => new LegendEntry(
            string.Create(CultureInfo.InvariantCulture,
                $"{i + 1}  {point.Label}{(point is { Paper: not null, IsQuoted: true } ? " (quoted)" : "")}"),
            (drawing, x, y) => drawing.Rectangle(x - 5, y - 5, 10, 10, Palette.Colour(i))));

    private static IEnumerable<LegendEntry> Lines(ScatterFigure figure) =>
        figure.Lines.Select(static (line, i) => new LegendEntry(line.Name, (drawing, x, y) => drawing.Stroke(
            $"M{Drawing.Number(x - 14)} {Drawing.Number(y)}h28", Drawing.Soft, dashes: LineDashes[i])));

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

    // A line from the least to the greatest x, or to where it leaves the plot.
    private static void Through(ChartPlot plot, IReadOnlyList<ScatterPoint> points, decimal slope, string? dashes)
    {
        var (from, to) = (points.SelectMany(X).Min(), points.SelectMany(X).Max());
        var margin = Math.Max((to - from) * 0.08m, 0.5m);
        (from, to) = (Math.Max(0, from - margin), to + margin);
        plot.Drawing.Stroke($"M{plot.At(from, slope * from)}L{plot.At(to, slope * to)}", Drawing.Soft, dashes: dashes);
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
        if (ours.Y.Sd is { } sd)
        {
            var (low, high) = (plot.Y(ours.Y.Mean - sd), plot.Y(ours.Y.Mean + sd));
            if (low - high > 2 * Radius)
                plot.Drawing.Stroke(
                    $"M{Drawing.Number(x)} {Drawing.Number(high)}V{Drawing.Number(low)}"
                    + $"M{Drawing.Number(x - 4)} {Drawing.Number(high)}h8"
                    + $"M{Drawing.Number(x - 4)} {Drawing.Number(low)}h8", colour, width: 1.4m);
        }

        if (ours.X.Sd is { } spread)
        {
            var (left, right) = (plot.X(ours.X.Mean - spread), plot.X(ours.X.Mean + spread));
            if (right - left > 2 * Radius)
                plot.Drawing.Stroke(
                    $"M{Drawing.Number(left)} {Drawing.Number(y)}H{Drawing.Number(right)}"
                    + $"M{Drawing.Number(left)} {Drawing.Number(y - 4)}v8"
                    + $"M{Drawing.Number(right)} {Drawing.Number(y - 4)}v8", colour, width: 1.4m);
        }

        if (point.IsMissed) plot.Drawing.Ring(x, y, Radius, colour);
        else plot.Drawing.Disc(x, y, Radius, colour);
    }

    private static IReadOnlyList<(decimal X, decimal Y)> Places(ChartPlot plot, ScatterPoint point) =>
    [
        .. point.Ours is { } ours ? (ReadOnlySpan<(decimal, decimal)>)[(plot.X(ours.X.Mean), plot.Y(ours.Y.Mean))] : [],
        .. point.Paper is { } paper ? (ReadOnlySpan<(decimal, decimal)>)[(plot.X(paper.X), plot.Y(paper.Y))] : [],
    ];

    private static IEnumerable<decimal> X(ScatterPoint point)
    {
        if (point.Paper is { } paper) yield return paper.X;
        if (point.Ours is not { } ours) yield break;
        yield return ours.X.Mean - (ours.X.Sd ?? 0);
        yield return ours.X.Mean + (ours.X.Sd ?? 0);
    }

    private static IEnumerable<decimal> Y(ScatterPoint point)
    {
        if (point.Paper is { } paper) yield return paper.Y;
        if (point.Ours is not { } ours) yield break;
        yield return ours.Y.Mean - (ours.Y.Sd ?? 0);
        yield return ours.Y.Mean + (ours.Y.Sd ?? 0);
    }
}
