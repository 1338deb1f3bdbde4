namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>An element of a <see cref="Drawing"/>.</summary>
internal abstract record Shape;

/// <summary>A line of text.</summary>
/// <param name="X">The place of its anchor.</param>
/// <param name="Y">The place of its base line.</param>
/// <param name="Text">The text.</param>
/// <param name="Anchor">What stands at X: "start", "middle" or "end".</param>
/// <param name="Size">The font's size.</param>
/// <param name="Colour">The colour as #rrggbb.</param>
/// <param name="IsBold">True for the bold font.</param>
/// <param name="IsVertical">True when the text is read from bottom to top.</param>
internal sealed record TextShape(
    decimal X, decimal Y, string Text, string Anchor, int Size, string Colour, bool IsBold, bool IsVertical) : Shape
{
    /// <summary>The width of the text.</summary>
    public decimal Width => (IsBold ? FigureFont.Bold : FigureFont.Regular).WidthOf(Text, Size);

    /// <summary>The distance from the anchor back to the text's start.</summary>
    public decimal Before => Anchor switch { "end" => Width, "middle" => Width / 2, _ => 0 };

    /// <summary>
    /// The bounding box of the text, from the top of its tallest letter to the bottom of its descenders.
    /// </summary>
    public Box Box => IsVertical
        ? new Box(X - (0.75m * Size), Y + Before - Width, 0.95m * Size, Width)
        : new Box(X - Before, Y - (0.75m * Size), Width, 0.95m * Size);
}

/// <summary>A filled or stroked path.</summary>
/// <param name="Path">The path in SVG's language.</param>
/// <param name="Fill">The colour of the area; null for none.</param>
/// <param name="Opacity">The opacity of the area.</param>
/// <param name="Stroke">The colour of the line; null for none.</param>
/// <param name="Width">The width of the line.</param>
/// <param name="Dashes">The lengths of dashes and gaps; null for a solid line.</param>
internal sealed record PathShape(
    string Path, string? Fill, decimal Opacity, string? Stroke, decimal Width, string? Dashes) : Shape;

/// <summary>A circle.</summary>
/// <param name="X">The place of its centre.</param>
/// <param name="Y">The place of its centre.</param>
/// <param name="Radius">Its radius.</param>
/// <param name="Fill">The colour of the area.</param>
/// <param name="Stroke">The colour of the line; null for none.</param>
internal sealed record CircleShape(decimal X, decimal Y, decimal Radius, string Fill, string? Stroke) : Shape
{
    /// <summary>The width of the line.</summary>
    public const decimal LineWidth = 1.6m;
}

/// <summary>A filled rectangle.</summary>
/// <param name="Box">Its area.</param>
/// <param name="Fill">Its colour.</param>
internal sealed record RectangleShape(Box Box, string Fill) : Shape;
