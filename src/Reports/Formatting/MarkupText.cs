using System.Text;
using System.Xml;

namespace Sbnn.Sweeps.Reports.Formatting;

/// <summary>Text for HTML and SVG, in elements and in quoted attributes.</summary>
internal static class MarkupText
{
    /// <summary>
    /// Escapes the characters that markup reserves. Characters that XML does not allow become U+FFFD, so that a label
    /// cannot make a file unreadable.
    /// </summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&apos;"),
                _ when rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) => escaped.Append('\uFFFD'),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }
}
