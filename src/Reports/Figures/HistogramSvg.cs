using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A <see cref="HistogramFigure"/> as SVG. Positions are integers and decimals only, and no text is measured, so the
/// bytes are the same on every machine.
/// </summary>
public static class HistogramSvg
{
    private const int PanelWidth = 230;
    private const int PanelHeight = 120; // The height of 100 %.
    private const int Gap = 24;
    private const int Across = PanelWidth + Gap;
    private const int Down = PanelHeight + 40;
    private const int Left = 92;
    private const int Top = 76;
    private const int Step = PanelWidth / HistogramFigure.Weights;
    private const int BarWidth = 17;
    // From Okabe and Ito's palette, which colour-blind readers can distinguish.
    private const string Removed = "#0072b2";
    private const string Kept = "#b5b5b5";

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(HistogramFigure figure)
    {
        var width = Left + (Across * figure.Rows.Count);
        var height = Top + (Down * figure.Layers.Count) + 36;
        var svg = new StringBuilder();
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222222">""");
        Add($"<title>{Escape(figure.Title)}</title>");
        Add($"""<rect width="{width}" height="{height}" fill="#ffffff"/>""");
        Text((Left + width - Gap) / 2, 26, 16, figure.Title, bold: true);
        for (var column = 0; column < figure.Rows.Count; column++)
            Text(Left + (column * Across) + (PanelWidth / 2), Top - 20, 13, figure.Rows[column]);
        for (var line = 0; line < figure.Layers.Count; line++)
        {
            var middle = Top + (line * Down) + (PanelHeight / 2);
            Add($"""<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle" font-size="13">layer {figure.Layers[line]}</text>""");
            Add($"""<text transform="translate(40 {middle}) rotate(-90)" text-anchor="middle" font-size="11" fill="#555555">kernels, %</text>""");
        }

        for (var i = 0; i < figure.Panels.Count; i++)
            Panel(figure.Panels[i], Left + (i % figure.Rows.Count * Across), Top + (i / figure.Rows.Count * Down),
                isFirst: i % figure.Rows.Count == 0);
        var legend = height - 18;
        Add($"""<rect x="{Left}" y="{legend - 10}" width="11" height="11" fill="{Removed}"/>""");
        Text(Left + 17, legend, 11, "no 1 or a single 1: the kernel can be removed", anchor: "start");
        Text(width - Gap, legend, 11, "Hamming weight of the 3×3 kernel", anchor: "end");
        svg.Append("</svg>\n");
        return svg.ToString();

        void Panel(HistogramPanel panel, int x, int y, bool isFirst)
        {
            foreach (var percent in (int[])[50, 100])
                Add($"""<path d="M{x} {y + PanelHeight - (PanelHeight * percent / 100)}h{PanelWidth}" stroke="#e4e4e4"/>""");
            for (var ones = 0; ones < HistogramFigure.Weights; ones++)
            {
                var middle = x + (ones * Step) + (Step / 2);
                if (panel.Shares?[ones] is { } share) Bar(share, middle, y, ones <= 1 ? Removed : Kept);
                Text(middle, y + PanelHeight + 15, 11, ones.ToString(CultureInfo.InvariantCulture), colour: "#555555");
            }

            Add($"""<path d="M{x} {y + PanelHeight}h{PanelWidth}" stroke="#555555"/>""");
            if (panel.Shares is null)
                Text(x + (PanelWidth / 2), y + (PanelHeight / 2), 12, panel.Gap
                    ?? "no 3×3 kernels known", colour: "#555555");
            foreach (var percent in isFirst ? (int[])[0, 50, 100] : [])
                Text(x - 6, y + PanelHeight - (PanelHeight * percent / 100) + 4, 11,
                    percent.ToString(CultureInfo.InvariantCulture), anchor: "end", colour: "#555555");
        }

        void Bar(Estimate share, int middle, int y, string colour)
        {
            var tall = Length(share.Mean);
            var head = y + PanelHeight - tall;
            if (tall > 0)
                Add($"""<rect x="{middle - (BarWidth / 2)}" y="{head}" width="{BarWidth}" height="{tall}" fill="{colour}"/>""");
            var spread = Length(share.Sd ?? 0);
            var (low, high) = (Math.Min(head + spread, y + PanelHeight), Math.Max(head - spread, y));
            if (low - high >= 1)
                Add($"""<path d="M{middle} {high}V{low}M{middle - 3} {high}h6M{middle - 3} {low}h6" stroke="#222222" fill="none"/>""");
            if (share.Mean >= 0.5m) Text(middle, Math.Min(head, high) - 4, 10, NumberText.Fixed(share.Mean, 0));
        }

        void Text(decimal x, decimal y, int size, string text, string anchor = "middle", string? colour = null,
            bool bold = false) =>
            Add($"""<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}"{(bold ? " font-weight=\"bold\"" : "")}{(colour is null ? "" : $" fill=\"{colour}\"")}>{Escape(text)}</text>""");

        void Add(FormattableString line) => svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    // Converts percent to pixels, rounded to hundredths and without trailing zeros, so that equal lengths have equal
    // texts.
    private static decimal Length(decimal percent) =>
        Math.Round(percent * PanelHeight / 100, 2, MidpointRounding.AwayFromZero) / 1.0000000000000000000000000000m;

    private static string Escape(string text) => MarkupText.Escape(text);
}
