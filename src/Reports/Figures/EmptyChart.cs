namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>Draws a figure without data.</summary>
internal static class EmptyChart
{
    /// <summary>Draws the title, and the reason why there are no data.</summary>
    public static Drawing Draw(string title, string reason)
    {
        var drawing = new Drawing(Chart.Width, 100, title);
        drawing.Text(Chart.Width / 2, 36, title, "middle", size: 14, isBold: true);
        foreach (var (i, line) in TextLines.Of(reason, Chart.Width - 28, most: 2).Index())
            drawing.Text(Chart.Width / 2, 64 + (i * 18), line, "middle", colour: Drawing.Soft);
        return drawing;
    }
}
