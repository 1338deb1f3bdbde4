using SkiaSharp;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A bundled font (Liberation Sans, whose letters are as wide as those of Arial and Helvetica). Widths are measured in
/// the font's own units without hinting, so that a layout has the same numbers on every machine.
/// </summary>
internal sealed class FigureFont
{
    private FigureFont(string name)
    {
        using var resource = typeof(FigureFont).Assembly.GetManifestResourceStream(name)!;
        Typeface = SKTypeface.FromStream(resource);
        InUnits = new SKFont(Typeface, Typeface.UnitsPerEm)
        {
            Hinting = SKFontHinting.None,
            LinearMetrics = true,
            Subpixel = true,
        };
    }

    /// <summary>The font of most text.</summary>
    public static FigureFont Regular { get; } = new("LiberationSans-Regular.ttf");

    /// <summary>The font of headings.</summary>
    public static FigureFont Bold { get; } = new("LiberationSans-Bold.ttf");

    /// <summary>The font as SkiaSharp draws it.</summary>
    public SKTypeface Typeface { get; }

    // The font at the size at which a width is a whole number. Both fonts live as long as the process.
    private SKFont InUnits { get; }

    /// <summary>True when the font has a glyph for a character.</summary>
    public bool Has(int character) => InUnits.ContainsGlyph(character);

    /// <summary>The width of text, without kerning. A character that the font lacks counts as a square.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The font's size.</param>
    public decimal WidthOf(string text, decimal size) =>
        text.EnumerateRunes().Sum(rune => WidthOf(rune.Value)) * size / Typeface.UnitsPerEm;

    private int WidthOf(int character) => InUnits.GetGlyph(character) is > 0 and var glyph
        ? (int)Math.Round(InUnits.MeasureText((ReadOnlySpan<ushort>)[glyph]))
        : Typeface.UnitsPerEm;
}
