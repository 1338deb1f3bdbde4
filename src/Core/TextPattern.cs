using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Core;

/// <summary>Matches patterns that a reader and the editor's schema share.</summary>
internal static class TextPattern
{
    /// <summary>
    /// True when the pattern matches the whole text. (In .NET, <c>$</c> alone also matches before a final newline; in
    /// the schema it does not.)
    /// </summary>
    public static bool Matches(string text, string pattern) =>
        Regex.Match(text, pattern, RegexOptions.CultureInvariant) is { Success: true } match
            && match.Length == text.Length;
}
