using System.Buffers.Binary;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A bundled font (Liberation Sans, whose letters are as wide as those of Arial and Helvetica). Its file is read for
/// the widths of letters, so that a layout has the same numbers on every machine.
/// </summary>
internal sealed class FigureFont
{
    private readonly byte[] _file;
    private readonly Dictionary<int, int> _widths = [];
    private readonly int _unitsPerEm;

    private FigureFont(string name)
    {
        using var resource = typeof(FigureFont).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        _file = copy.ToArray();
        _unitsPerEm = Word(TableAt("head") + 18);
        ReadWidths();
    }

    /// <summary>The font of most text.</summary>
    public static FigureFont Regular { get; } = new("LiberationSans-Regular.ttf");

    /// <summary>The font of headings.</summary>
    public static FigureFont Bold { get; } = new("LiberationSans-Bold.ttf");

    /// <summary>The file.</summary>
    public Stream Open() => new MemoryStream(_file, writable: false);

    /// <summary>True when the font has a glyph for a character.</summary>
    public bool Has(int character) => _widths.ContainsKey(character);

    /// <summary>The width of text, without kerning. A character that the font lacks counts as a square.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">The font's size.</param>
    public decimal WidthOf(string text, decimal size) =>
        text.EnumerateRunes().Sum(rune => _widths.GetValueOrDefault(rune.Value, _unitsPerEm)) * size / _unitsPerEm;

    // The subtable of format 4 maps ranges of characters to glyphs, either by a difference or through a list.
    private void ReadWidths()
    {
        var map = CharactersAt();
        var ranges = Word(map + 6) / 2;
        var (ends, starts) = (map + 14, map + 16 + (2 * ranges));
        var (differences, offsets) = (starts + (2 * ranges), starts + (4 * ranges));
        for (var i = 0; i < ranges; i++)
        {
            var (first, last, offset) = (Word(starts + (2 * i)), Word(ends + (2 * i)), Word(offsets + (2 * i)));
            for (var character = first; character <= last && character != 0xffff; character++)
            {
                var listed = offset == 0 ? character : Word(offsets + (2 * i) + offset + (2 * (character - first)));
                if (listed == 0) continue;
                var glyph = offset == 0 ? (listed + Word(differences + (2 * i))) & 0xffff : listed;
                if (glyph != 0) _widths[character] = AdvanceOf(glyph);
            }
        }
    }

    private int AdvanceOf(int glyph) =>
        Word(TableAt("hmtx") + (4 * Math.Min(glyph, Word(TableAt("hhea") + 34) - 1)));

    private int CharactersAt()
    {
        var table = TableAt("cmap");
        return Enumerable.Range(0, Word(table + 2)).Select(i => table + DoubleWord(table + 4 + (8 * i) + 4))
            .First(at => Word(at) == 4);
    }

    private int TableAt(string tag) => Enumerable.Range(0, Word(4)).Select(static i => 12 + (16 * i))
        .Where(entry => _file.AsSpan(entry, 4).SequenceEqual(System.Text.Encoding.ASCII.GetBytes(tag)))
        .Select(entry => DoubleWord(entry + 8)).First();

    private int Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at));

    private int DoubleWord(int at) => BinaryPrimitives.ReadInt32BigEndian(_file.AsSpan(at));
}
