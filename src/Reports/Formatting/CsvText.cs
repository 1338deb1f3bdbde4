using System.Globalization;
using System.Text;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// CSV by RFC 4180, but with '\n' line ends. Numbers do not depend on the culture, and null is an empty field.
/// </summary>
internal static class CsvText
{
    private const int LongestNumber = 32; // A decimal has a sign, a point and at most 29 digits.

    /// <summary>A header, then a line for each row.</summary>
    public static string Of(IEnumerable<string> header, IEnumerable<IEnumerable<object?>> rows)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        Write(text, [header, .. rows]);
        return text.ToString();
    }

    /// <summary>Lines in UTF-8. For large files: a long text in memory costs several times as much.</summary>
    public static byte[] BytesOf(IEnumerable<IEnumerable<object?>> rows)
    {
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            Write(text, rows);
        return bytes.ToArray();
    }

    /// <summary>A field, in quotation marks where its text requires them.</summary>
    public static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void Write(TextWriter text, IEnumerable<IEnumerable<object?>> rows)
    {
        Span<char> buffer = stackalloc char[LongestNumber];
        foreach (var row in rows)
        {
            var isFirst = true;
            foreach (var field in row)
            {
                if (!isFirst) text.Write(',');
                isFirst = false;
                text.Write(Format(field, buffer));
            }

            text.Write('\n');
        }
    }

    // Numbers are formatted in place, because a large sweep has millions of fields.
    private static ReadOnlySpan<char> Format(object? value, Span<char> buffer)
    {
        var length = 0;
        switch (value)
        {
            case null: return [];
            case int or long or double:
                ((ISpanFormattable)value).TryFormat(buffer, out length, default, CultureInfo.InvariantCulture);
                return buffer[..length];
            case decimal number:
                number.TryFormat(buffer, out length, provider: CultureInfo.InvariantCulture);
                var digits = buffer[..length];
                return digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits;
            case IFormattable other: return Quoted(other.ToString(null, CultureInfo.InvariantCulture));
            default: return Quoted(value.ToString()!);
        }
    }
}
