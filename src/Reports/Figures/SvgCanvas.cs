using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Collects the elements of an SVG file. Coordinates are decimals with two places, and no text is measured, so the
/// bytes are the same on every machine.
/// </summary>
internal sealed class SvgCanvas
{
    /// <summary>Colour of text.</summary>
    public const string Ink = "#222222";

    /// <summary>Colour of axes and secondary text.</summary>
    public const string Soft = "#555555";

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a file with a white ground.</summary>
    public SvgCanvas(int width, int height, string title)
    {
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" """
            + $"""role="img" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="{Ink}">""");
        Add($"<title>{MarkupText.Escape(title)}</title>");
        Add($"""<rect width="{width}" height="{height}" fill="#ffffff"/>""");
    }

    /// <summary>A coordinate or length as text, with two decimals at most.</summary>
    public static string Number(decimal value) =>
        (Math.Round(value, 2, MidpointRounding.AwayFromZero) / 1.0000000000000000000000000000m)
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>Splits text between words into lines of so many characters at most.</summary>
    public static IReadOnlyList<string> Wrap(string text, int most)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (longer.Length <= most || line.Length == 0)
            {
                line = longer;
                continue;
            }

            lines.Add(line);
            line = word;
        }

        lines.Add(line);
        return lines;
    }

    /// <summary>Adds a line of text.</summary>
    public void Text(
        decimal x, decimal y, string text, string anchor = "start", int size = 13, string? colour = null,
        bool isBold = false, bool isVertical = false)
    {
        var place = isVertical
            ? $"transform=\"translate({Number(x)} {Number(y)}) rotate(-90)\""
            : $"x=\"{Number(x)}\" y=\"{Number(y)}\"";
        Add($"<text {place} text-anchor=\"{anchor}\""
            + (size == 13 ? "" : string.Create(CultureInfo.InvariantCulture, $" font-size=\"{size}\""))
            + (isBold ? " font-weight=\"bold\"" : "") + (colour is null ? "" : $" fill=\"{colour}\"")
            + $">{MarkupText.Escape(text)}</text>");
    }

    /// <summary>Adds a stroked path without a fill.</summary>
    public void Stroke(string path, string colour, decimal width = 1, string? dashes = null) =>
        Add($"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{Number(width)}\""
            + (dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"") + "/>");

    /// <summary>Adds a filled path.</summary>
    public void Fill(string path, string colour, decimal opacity = 1) =>
        Add($"<path d=\"{path}\" fill=\"{colour}\"" + (opacity == 1 ? "" : $" fill-opacity=\"{Number(opacity)}\"")
            + "/>");

    /// <summary>Adds a filled circle.</summary>
    public void Circle(decimal x, decimal y, decimal radius, string colour) =>
        Add($"<circle cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\" fill=\"{colour}\"/>");

    /// <summary>Adds a square that stands on a corner, filled with white.</summary>
    public void Diamond(decimal x, decimal y, decimal radius, string colour)
    {
        var r = Number(radius);
        Add($"<path d=\"M{Number(x)} {Number(y - radius)}l{r} {r}l-{r} {r}l-{r} -{r}z\" fill=\"#ffffff\" "
            + $"stroke=\"{colour}\" stroke-width=\"1.6\"/>");
    }

    /// <summary>Ends the file; '\n' line ends.</summary>
    public override string ToString() => $"{_svg}</svg>\n";

    private void Add(string line) => _svg.Append(line).Append('\n');
}
