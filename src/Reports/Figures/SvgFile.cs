using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Reports.Formatting;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>A <see cref="Drawing"/> as SVG: text stays text, and the bytes are the same on every machine.</summary>
internal static class SvgFile
{
    private const int Size = 13;

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(Drawing drawing)
    {
        var (width, height) = (drawing.Width, drawing.Height);
        var svg = new StringBuilder();
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" """
            + $"""width="{width}" height="{height}" role="img" font-family="Helvetica, Arial, 'Liberation Sans', """
            + $"""sans-serif" font-size="{Size}" fill="{Drawing.Ink}">""");
        Add($"<title>{MarkupText.Escape(drawing.Title)}</title>");
        Add($"""<rect width="{width}" height="{height}" fill="{Drawing.Ground}"/>""");
        foreach (var shape in drawing.Shapes) Add(Element(shape));
        return svg.Append("</svg>\n").ToString();

        void Add(string line) => svg.Append(line).Append('\n');
    }

    private static string Element(Shape shape) => shape switch
    {
        TextShape text => Element(text),
        PathShape path => $"<path d=\"{path.Path}\" fill=\"{path.Fill ?? "none"}\""
            + (path.Opacity == 1 ? "" : $" fill-opacity=\"{Drawing.Number(path.Opacity)}\"")
            + (path.Stroke is null ? "" : $" stroke=\"{path.Stroke}\" stroke-width=\"{Drawing.Number(path.Width)}\"")
            + (path.Dashes is null ? "" : $" stroke-dasharray=\"{path.Dashes}\"") + "/>",
        CircleShape circle =>
            $"<circle cx=\"{Drawing.Number(circle.X)}\" cy=\"{Drawing.Number(circle.Y)}\" "
                + $"r=\"{Drawing.Number(circle.Radius)}\" fill=\"{circle.Fill}\""
                + (circle.Stroke is null ? ""
                    : $" stroke=\"{circle.Stroke}\" stroke-width=\"{Drawing.Number(CircleShape.LineWidth)}\"") + "/>",
        RectangleShape { Box: var box } rectangle =>
            $"<rect x=\"{Drawing.Number(box.X)}\" y=\"{Drawing.Number(box.Y)}\" width=\"{Drawing.Number(box.Width)}\" "
                + $"height=\"{Drawing.Number(box.Height)}\" fill=\"{rectangle.Fill}\"/>",
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "not an element of a drawing"),
    };

    private static string Element(TextShape text)
    {
        var place = text.IsVertical
            ? $"transform=\"translate({Drawing.Number(text.X)} {Drawing.Number(text.Y)}) rotate(-90)\""
            : $"x=\"{Drawing.Number(text.X)}\" y=\"{Drawing.Number(text.Y)}\"";
        return $"<text {place} text-anchor=\"{text.Anchor}\""
            + (text.Size == Size ? "" : string.Create(CultureInfo.InvariantCulture, $" font-size=\"{text.Size}\""))
            + (text.IsBold ? " font-weight=\"bold\"" : "")
            + (text.Colour == Drawing.Ink ? "" : $" fill=\"{text.Colour}\"")
            + $">{MarkupText.Escape(text.Text)}</text>";
    }
}
