using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// The frame of a chart for one column of a paper: 400 units wide, so that its text has about 8 points there. Below the
/// plot stands a legend of one entry per line.
/// </summary>
internal sealed class ChartFrame
{
    /// <summary>The width of the file.</summary>
    public const int Width = 400;

    /// <summary>Characters in a line of the title or of the legend.</summary>
    private const int LineLength = 52;

    private const int Left = 54;
    private const int Right = Width - 14;
    private const int PlotHeight = 250;
    private const int LineHeight = 18;

    private readonly ChartAxis _x;
    private readonly ChartAxis _y;
    private readonly int _top;
    private readonly int _bottom;
    private int _legend;

    /// <summary>Draws title, grid and axes.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="legend">The texts of the legend, for which room is left.</param>
    public ChartFrame(string title, ChartAxis x, ChartAxis y, IEnumerable<string> legend)
    {
        (_x, _y) = (x, y);
        var heading = SvgCanvas.Wrap(title, LineLength - 6);
        _top = 18 + (heading.Count * LineHeight);
        _bottom = _top + PlotHeight;
        _legend = _bottom + 64;
        var lines = legend.Sum(static text => SvgCanvas.Wrap(text, LineLength).Count);
        Canvas = new SvgCanvas(Width, _legend - 6 + (lines * LineHeight), title);
        foreach (var (i, line) in heading.Index())
            Canvas.Text(Width / 2, 24 + (i * LineHeight), line, "middle", size: 14, isBold: true);
        DrawAxes();
    }

    /// <summary>The file under construction.</summary>
    public SvgCanvas Canvas { get; }

    /// <summary>The horizontal place of a value.</summary>
    public decimal X(decimal value) => Left + ((value - _x.Low) / (_x.High - _x.Low) * (Right - Left));

    /// <summary>The vertical place of a value, within the plot.</summary>
    public decimal Y(decimal value) =>
        Math.Clamp(_bottom - ((value - _y.Low) / (_y.High - _y.Low) * PlotHeight), _top, _bottom);

    /// <summary>
    /// Adds the next entry of the legend. A mark is drawn left of the text, about the place that it is given.
    /// </summary>
    public void Legend(string text, Action<decimal, decimal>? mark = null)
    {
        mark?.Invoke(Left - 26, _legend - 4.5m);
        foreach (var line in SvgCanvas.Wrap(text, LineLength))
        {
            Canvas.Text(Left - 4, _legend, line);
            _legend += LineHeight;
        }
    }

    private void DrawAxes()
    {
        foreach (var tick in _y.Ticks)
        {
            Canvas.Stroke($"M{Left} {SvgCanvas.Number(Y(tick))}H{Right}", "#e4e4e4");
            Canvas.Text(Left - 7, Y(tick) + 4.5m, NumberText.Fixed(tick, _y.Decimals), "end", colour: SvgCanvas.Soft);
        }

        foreach (var tick in _x.Ticks)
        {
            Canvas.Stroke($"M{SvgCanvas.Number(X(tick))} {_bottom}v5", SvgCanvas.Soft);
            Canvas.Text(X(tick), _bottom + 19, NumberText.Fixed(tick, _x.Decimals), "middle", colour: SvgCanvas.Soft);
        }

        Canvas.Stroke($"M{Left} {_top}V{_bottom}H{Right}", SvgCanvas.Soft);
        Canvas.Text((Left + Right) / 2m, _bottom + 39, _x.Title, "middle");
        Canvas.Text(15, (_top + _bottom) / 2m, _y.Title, "middle", isVertical: true);
    }
}
