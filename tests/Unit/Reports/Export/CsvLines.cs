using System.Text;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Export;

/// <summary>Reads CSV as RFC 4180 defines it, and throws for any other text.</summary>
internal static class CsvLines
{
    public static IReadOnlyList<string[]> Read(string text)
    {
        List<string[]> lines = [];
        List<string> fields = [];
        for (var at = 0; at < text.Length;)
        {
            fields.Add(text[at] == '"' ? ReadQuoted(text, ref at) : ReadPlain(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at < text.Length && text[at] is not '\r') continue;
                fields.Add(""); // The last field of its line is empty.
            }

            if (!text.AsSpan(at).StartsWith("\r\n", StringComparison.Ordinal))
                throw new FormatException($"character {at}: a line ends in CR LF");
            at += 2;
            lines.Add([.. fields]);
            fields.Clear();
        }

        return lines;
    }

    private static string ReadPlain(string text, ref int at)
    {
        var end = text.AsSpan(at).IndexOfAny(",\r\n\"");
        if (end < 0 || text[at + end] is '"' or '\n') throw new FormatException($"character {at + end}: not quoted");
        var field = text.Substring(at, end);
        at += end;
        return field;
    }

    private static string ReadQuoted(string text, ref int at)
    {
        var field = new StringBuilder();
        for (at++; text[at] != '"' || (at + 1 < text.Length && text[at + 1] == '"'); at++)
        {
            if (text[at] == '"') at++;
            field.Append(text[at]);
        }

        at++;
        return field.ToString();
    }
}
