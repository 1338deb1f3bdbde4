using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>A plot with its axes.</summary>
/// <param name="drawing">The figure.</param>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
/// <param name="area">The area within the axes.</param>
internal sealed class ChartPlot(Drawing drawing, ChartAxis x, ChartAxis y, Box area)
{
    private const int TitleBaseline = 15; // The base line of the vertical title.
    private const int BesideTick = 7;

    private readonly decimal _bottom = area.Y + area.Height;

    /// <summary>The figure.</summary>
    public Drawing Drawing => drawing;

    /// <summary>The horizontal axis.</summary>
    public ChartAxis XAxis => x;

    /// <summary>The vertical axis.</summary>
    public ChartAxis YAxis => y;

    /// <summary>The area within the axes.</summary>
    public Box Area => area;

    /// <summary>
    /// The left edge of a plot, far enough to the right that the labels of the vertical axis do not reach its title.
    /// </summary>
    public static decimal LeftOf(ChartAxis y) =>
        TitleBaseline + 8 + BesideTick + y.Ticks.Select(tick => WidthOf(tick, y)).DefaultIfEmpty(0).Max();

    /// <summary>The horizontal coordinate of a value. A value outside the axis is drawn at the plot's edge.</summary>
    public decimal X(decimal value) =>
        Math.Clamp(area.X + ((value - x.Low) / (x.High - x.Low) * area.Width), area.X, area.X + area.Width);

    /// <summary>The vertical coordinate of a value. A value outside the axis is drawn at the plot's edge.</summary>
    public decimal Y(decimal value) =>
        Math.Clamp(_bottom - ((value - y.Low) / (y.High - y.Low) * area.Height), area.Y, _bottom);

    /// <summary>The coordinates of a point as text for a path.</summary>
    public string At(decimal xValue, decimal yValue) =>
        $"{Drawing.Number(X(xValue))} {Drawing.Number(Y(yValue))}";

    /// <summary>Draws grid, axes, labels and titles.</summary>
    public void DrawAxes()
    {
        var (left, right) = (Drawing.Number(area.X), Drawing.Number(area.X + area.Width));
        foreach (var tick in y.Ticks)
        {
            drawing.Stroke($"M{left} {Drawing.Number(Y(tick))}H{right}", Drawing.Grid);
            drawing.Text(area.X - BesideTick, Y(tick) + 4.5m, NumberText.Fixed(tick, y.Decimals), "end",
                colour: Drawing.Soft);
        }

        foreach (var tick in x.Ticks)
        {
            drawing.Stroke($"M{Drawing.Number(X(tick))} {Drawing.Number(_bottom)}v5", Drawing.Soft);
            // A long label at the end of the axis stays within the file.
            var middle = Math.Min(X(tick), drawing.Width - 2 - (WidthOf(tick, x) / 2));
            drawing.Text(middle, _bottom + 19, NumberText.Fixed(tick, x.Decimals), "middle", colour: Drawing.Soft);
        }

        drawing.Stroke($"M{left} {Drawing.Number(area.Y)}V{Drawing.Number(_bottom)}H{right}", Drawing.Soft);
        drawing.Text(area.X + (area.Width / 2), _bottom + 39, x.Title, "middle");
        drawing.Text(TitleBaseline, area.Y + (area.Height / 2), y.Title, "middle", isVertical: true);
    }

    private static decimal WidthOf(decimal tick, ChartAxis axis) =>
        FigureFont.Regular.WidthOf(NumberText.Fixed(tick, axis.Decimals), 13);
}
