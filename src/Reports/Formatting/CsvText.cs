using System.Globalization;
using System.Text;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>
/// CSV by RFC 4180, but with '\n' line ends. Numbers do not depend on the culture, and null is an empty field.
/// </summary>
internal static class CsvText
{
    /// <summary>Writes a header, then a line for each row.</summary>
    public static string Of(IEnumerable<string> header, IEnumerable<IEnumerable<object?>> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', header).Append('\n');
        foreach (var row in rows) text.AppendJoin(',', row.Select(Field)).Append('\n');
        return text.ToString();
    }

    /// <summary>A field, in quotation marks where its text requires them.</summary>
    public static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Field(object? value)
    {
        var text = value switch
        {
            null => "",
            // The division removes trailing zeros.
            decimal number => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
        return Quoted(text);
    }
}
