namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A figure for one column of a paper: 400 units wide, so that its text has a size of about 8 points when it is printed
/// there. The plots are below one another; the legend is below the plots and has one entry per line.
/// </summary>
internal sealed class Chart
{
    /// <summary>The width of the file.</summary>
    public const int Width = 400;

    private const int Edge = 14; // The space to the right of plots and text.
    private const int LineHeight = 18;
    private const int LegendLeft = 50;
    private const int LinesOfEntry = 3;
    private const int HeightOfOne = 250;
    private const int HeightOfMany = 165;
    private const int BelowPlot = 56; // The labels and the title of the axis.

    /// <summary>Draws title, axes and legend.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="axes">The axes of each plot.</param>
    /// <param name="legend">The entries of the legend.</param>
    public Chart(
        string title, IReadOnlyList<(ChartAxis X, ChartAxis Y)> axes, IReadOnlyList<LegendEntry> legend)
    {
        var heading = TextLines.Of(title, Width - (2 * Edge), LinesOfEntry, size: 14, isBold: true);
        List<IReadOnlyList<string>> entries =
            [.. legend.Select(static entry => TextLines.Of(entry.Text, Width - LegendLeft - Edge, LinesOfEntry))];
        var height = axes.Count == 1 ? HeightOfOne : HeightOfMany;
        var top = 18 + (heading.Count * LineHeight);
        var below = top + (axes.Count * (height + BelowPlot)) + 8;
        Drawing = new Drawing(Width, below - 6 + (entries.Sum(static lines => lines.Count) * LineHeight), title);
        foreach (var (i, line) in heading.Index())
            Drawing.Text(Width / 2, 24 + (i * LineHeight), line, "middle", size: 14, isBold: true);
        var left = decimal.Ceiling(axes.Max(static axis => ChartPlot.LeftOf(axis.Y)));
        Plots =
        [
            .. axes.Select((axis, i) => new ChartPlot(
                Drawing, axis.X, axis.Y,
                new Box(left, top + (i * (height + BelowPlot)), Width - Edge - left, height))),
        ];
        foreach (var plot in Plots) plot.DrawAxes();
        foreach (var (entry, lines) in legend.Zip(entries))
        {
            entry.Draw?.Invoke(Drawing, LegendLeft - 22, below - 4.5m);
            foreach (var line in lines)
            {
                Drawing.Text(LegendLeft, below, line);
                below += LineHeight;
            }
        }
    }

    /// <summary>The figure under construction.</summary>
    public Drawing Drawing { get; }

    /// <summary>The plots, from top to bottom.</summary>
    public IReadOnlyList<ChartPlot> Plots { get; }
}
