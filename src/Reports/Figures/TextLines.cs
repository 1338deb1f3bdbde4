using System.Globalization;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>Splits text into lines of a width.</summary>
internal static class TextLines
{
    /// <summary>
    /// Splits text between words, and within a word that is wider than a line. What does not fit into the last line is
    /// replaced by "…".
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The greatest width of a line.</param>
    /// <param name="most">The greatest number of lines.</param>
    /// <param name="size">The font's size.</param>
    /// <param name="isBold">True for the bold font.</param>
    public static IReadOnlyList<string> Of(string text, decimal width, int most, int size = 13, bool isBold = false)
    {
        var font = isBold ? FigureFont.Bold : FigureFont.Regular;
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(Parts))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length == 0 || Fits(longer))
            {
                line = longer;
                continue;
            }

            lines.Add(line);
            line = word;
        }

        lines.Add(line);
        if (lines.Count <= most) return lines;
        return [.. lines.Take(most - 1), Shortened(lines[most - 1])];

        bool Fits(string part) => font.WidthOf(part, size) <= width;

        IEnumerable<string> Parts(string word)
        {
            var part = "";
            foreach (var sign in Signs(word))
            {
                if (part.Length > 0 && !Fits(part + sign))
                {
                    yield return part;
                    part = "";
                }

                part += sign;
            }

            yield return part;
        }

        string Shortened(string last)
        {
            var kept = Signs(last).ToList();
            while (kept.Count > 0 && !Fits(string.Concat(kept).TrimEnd() + "…")) kept.RemoveAt(kept.Count - 1);
            return string.Concat(kept).TrimEnd() + "…";
        }
    }

    // What a reader sees as one character is never split.
    private static IEnumerable<string> Signs(string text)
    {
        var signs = StringInfo.GetTextElementEnumerator(text);
        while (signs.MoveNext()) yield return signs.GetTextElement();
    }
}
