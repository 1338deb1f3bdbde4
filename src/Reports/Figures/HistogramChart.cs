using System.Globalization;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Draws a <see cref="HistogramFigure"/>: a column of panels for each row of the table, and a line of panels for each
/// layer. Up to three columns fit into one column of a paper.
/// </summary>
internal static class HistogramChart
{
    private const int PanelHeight = 120; // The height of a bar of 100 %.
    private const int Down = PanelHeight + 40;
    private const int Left = 62;
    private const int Right = 6;
    private const int Gap = 10;
    private const int LeastAcross = 110;
    private const int HeadingLine = 15;
    private const int LegendLine = 18;
    private const string Kept = "#b5b5b5";

    /// <summary>Draws the figure.</summary>
    public static Drawing Draw(HistogramFigure figure)
    {
        var columns = figure.Rows.Count;
        var across = Math.Max(LeastAcross, (Chart.Width - Left - Right) / columns);
        var step = (across - Gap) / HistogramFigure.Weights;
        var panelWidth = step * HistogramFigure.Weights;
        var width = Math.Max(Chart.Width, Left + (across * columns) + Right);
        var title = TextLines.Of(figure.Title, width - 28, most: 3, size: 14, isBold: true);
        List<IReadOnlyList<string>> headings =
            [.. figure.Rows.Select(row => TextLines.Of(row, panelWidth, most: 3, size: 12))];
        var top = 18 + (title.Count * LegendLine) + (headings.Max(static lines => lines.Count) * HeadingLine) + 20;
        var below = top + (Down * figure.Layers.Count) - 2;
        var drawing = new Drawing(width, below + LegendLine + 14, figure.Title);
        foreach (var (i, line) in title.Index())
            drawing.Text(width / 2, 24 + (i * LegendLine), line, "middle", size: 14, isBold: true);
        foreach (var (column, lines) in headings.Index())
            foreach (var (i, line) in lines.Index())
                drawing.Text(Left + (column * across) + (panelWidth / 2m),
                    top - 20 - ((lines.Count - 1 - i) * HeadingLine), line, "middle", size: 12);
        foreach (var (line, layer) in figure.Layers.Index())
        {
            var middle = top + (line * Down) + (PanelHeight / 2);
            drawing.Text(15, middle, string.Create(CultureInfo.InvariantCulture, $"layer {layer}"), "middle",
                isBold: true, isVertical: true);
            drawing.Text(32, middle, "kernels, %", "middle", size: 11, colour: Drawing.Soft, isVertical: true);
        }

        foreach (var (i, panel) in figure.Panels.Index())
            DrawPanel(drawing, panel, Left + (i % columns * across), top + (i / columns * Down), step,
                isFirst: i % columns == 0);
        drawing.Text(Left + (((across * columns) - Gap) / 2m), below, "Hamming weight of the 3×3 kernel", "middle");
        drawing.Rectangle(Left, below + LegendLine - 10, 11, 11, Palette.Colour(0));
        drawing.Text(Left + 17, below + LegendLine, "no 1 or a single 1: the kernel can be removed", size: 12);
        return drawing;
    }

    private static void DrawPanel(Drawing drawing, HistogramPanel panel, int x, int y, int step, bool isFirst)
    {
        var width = step * HistogramFigure.Weights;
        foreach (var percent in (int[])[50, 100])
            drawing.Stroke($"M{x} {y + PanelHeight - (PanelHeight * percent / 100)}h{width}", Drawing.Grid);
        if (panel.Shares is { } shares) DrawBars(drawing, shares, x, y, step);
        for (var ones = 0; ones < HistogramFigure.Weights; ones++)
            drawing.Text(x + ((ones + 0.5m) * step), y + PanelHeight + 14, ones.ToString(CultureInfo.InvariantCulture),
                "middle", size: 11, colour: Drawing.Soft);
        drawing.Stroke($"M{x} {y + PanelHeight}h{width}", Drawing.Soft);
        var gap = panel.Shares is null ? TextLines.Of(panel.Gap ?? "no 3×3 kernels known", width, most: 3, size: 12)
            : [];
        // The text that explains an empty panel is between the grid lines of 50 and 100 %.
        foreach (var (i, line) in gap.Index())
            drawing.Text(
                x + (width / 2m), y + (PanelHeight / 4) + 4 + ((i - ((gap.Count - 1) / 2m)) * HeadingLine), line,
                "middle", size: 12, colour: Drawing.Soft);
        foreach (var percent in isFirst ? (int[])[0, 50, 100] : [])
            drawing.Text(x - 5, y + PanelHeight - (PanelHeight * percent / 100) + 4,
                percent.ToString(CultureInfo.InvariantCulture), "end", size: 11, colour: Drawing.Soft);
    }

    // Writes the shares above their bars, the greatest first. A number that would overlap an earlier one is omitted.
    private static void DrawBars(Drawing drawing, IReadOnlyList<Estimate> shares, int x, int y, int step)
    {
        var bars = new List<(Estimate Share, decimal Middle, decimal Highest)>();
        foreach (var (ones, share) in shares.Index())
        {
            var middle = x + ((ones + 0.5m) * step);
            var colour = ones <= 1 ? Palette.Colour(0) : Kept;
            bars.Add((share, middle, DrawBar(drawing, share, middle, y, step * 0.8m, colour)));
        }

        var numbers = new List<Box>();
        foreach (var (share, middle, highest) in bars.OrderByDescending(static bar => bar.Share.Mean))
        {
            if (share.Mean < 0.5m) continue;
            var number = new TextShape(
                middle, highest - 4, NumberText.Fixed(share.Mean, 0), "middle", 10, Drawing.Ink, false, false);
            if (numbers.Exists(number.Box.Overlaps)) continue;
            numbers.Add(number.Box);
            drawing.Text(number.X, number.Y, number.Text, number.Anchor, number.Size);
        }
    }

    private static decimal DrawBar(
        Drawing drawing, Estimate share, decimal middle, int y, decimal width, string colour)
    {
        var tall = share.Mean * PanelHeight / 100;
        var head = y + PanelHeight - tall;
        if (tall > 0) drawing.Rectangle(middle - (width / 2), head, width, tall, colour);
        var spread = (share.Sd ?? 0) * PanelHeight / 100;
        var (low, high) = (Math.Min(head + spread, y + PanelHeight), Math.Max(head - spread, y));
        if (low - high < 1) return head;
        drawing.Stroke(
            $"M{Drawing.Number(middle)} {Drawing.Number(high)}V{Drawing.Number(low)}"
            + $"M{Drawing.Number(middle - 3)} {Drawing.Number(high)}h6"
            + $"M{Drawing.Number(middle - 3)} {Drawing.Number(low)}h6", Drawing.Ink);
        return Math.Min(head, high);
    }
}
