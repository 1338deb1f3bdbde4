using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Core;

/// <summary>Matches the patterns that both the spec reader and the editor's schema use.</summary>
internal static class TextPattern
{
    /// <summary>
    /// True when the pattern matches the whole text. The length is compared because in .NET, unlike in JSON Schema,
    /// <c>$</c> also matches before a final newline.
    /// </summary>
    public static bool Matches(string text, string pattern) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant) is { Success: true } match
            && match.Length == text.Length;
}
