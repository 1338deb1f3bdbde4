using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Core;

/// <summary>Patterns that a reader and the editor's schema share.</summary>
internal static class TextPattern
{
    /// <summary>
    /// True when the pattern matches the whole text. (.NET's <c>$</c> alone would let a line end at the end pass; the
    /// schema's does not.)
    /// </summary>
    public static bool Matches(string text, string pattern) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant) is { Success: true } match
            && match.Length == text.Length;
}
