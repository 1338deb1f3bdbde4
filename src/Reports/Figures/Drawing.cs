using System.Globalization;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Collects the elements of a figure, which <see cref="SvgFile"/> and <see cref="PngFile"/> render. Coordinates are
/// decimals, and widths of text are those of the bundled font, so both files show the same figure on every machine.
/// </summary>
/// <param name="width">The width.</param>
/// <param name="height">The height.</param>
/// <param name="title">The title, for programs that read the figure aloud.</param>
internal sealed class Drawing(int width, int height, string title)
{
    /// <summary>Colour of text.</summary>
    public const string Ink = "#222222";

    /// <summary>Colour of axes and secondary text.</summary>
    public const string Soft = "#555555";

    /// <summary>Colour of the lines behind the data.</summary>
    public const string Grid = "#e4e4e4";

    /// <summary>Colour of the ground.</summary>
    public const string Ground = "#ffffff";

    private readonly List<Shape> _shapes = [];

    /// <summary>The width.</summary>
    public int Width { get; } = width;

    /// <summary>The height.</summary>
    public int Height { get; } = height;

    /// <summary>The title.</summary>
    public string Title { get; } = title;

    /// <summary>The elements, each above those before it.</summary>
    public IReadOnlyList<Shape> Shapes => _shapes;

    /// <summary>A coordinate or length as text, with two decimals at most.</summary>
    public static string Number(decimal value) =>
        (Math.Round(value, 2, MidpointRounding.AwayFromZero) / 1.0000000000000000000000000000m)
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds a line of text.</summary>
    public void Text(
        decimal x, decimal y, string text, string anchor = "start", int size = 13, string colour = Ink,
        bool isBold = false, bool isVertical = false) =>
        _shapes.Add(new TextShape(x, y, text, anchor, size, colour, isBold, isVertical));

    /// <summary>Adds a stroked path without a fill.</summary>
    public void Stroke(string path, string colour, decimal width = 1, string? dashes = null) =>
        _shapes.Add(new PathShape(path, Fill: null, Opacity: 1, colour, width, dashes));

    /// <summary>Adds a filled path.</summary>
    public void Fill(string path, string colour, decimal opacity = 1) =>
        _shapes.Add(new PathShape(path, colour, opacity, Stroke: null, Width: 0, Dashes: null));

    /// <summary>Adds a disc.</summary>
    public void Disc(decimal x, decimal y, decimal radius, string colour) =>
        _shapes.Add(new CircleShape(x, y, radius, colour, Stroke: null));

    /// <summary>Adds a circle, filled with the ground's colour.</summary>
    public void Ring(decimal x, decimal y, decimal radius, string colour) =>
        _shapes.Add(new CircleShape(x, y, radius, Ground, colour));

    /// <summary>Adds a square that stands on a corner, filled with the ground's colour.</summary>
    public void Diamond(decimal x, decimal y, decimal radius, string colour)
    {
        var r = Number(radius);
        _shapes.Add(new PathShape($"M{Number(x)} {Number(y - radius)}l{r} {r}l-{r} {r}l-{r} -{r}z", Ground,
            Opacity: 1, colour, Width: 1.6m, Dashes: null));
    }

    /// <summary>Adds a filled rectangle.</summary>
    public void Rectangle(decimal x, decimal y, decimal width, decimal height, string colour) =>
        _shapes.Add(new RectangleShape(new Box(x, y, width, height), colour));
}
