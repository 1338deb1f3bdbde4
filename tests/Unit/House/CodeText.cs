using System.Text;
using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Removes comments and the text of strings from a source file; the code in interpolated strings stays.
/// </summary>
internal static partial class CodeText
{
    /// <summary>Returns the code of a C# or Razor file.</summary>
    public static string Of(string source)
    {
        source = RazorComment().Replace(source, " ");
        var code = new StringBuilder(source.Length);
        var at = 0;
        Copy(source, ref at, code, isInterpolation: false);
        return code.ToString();
    }

    // Copies code to the end of the file, or to the brace that closes an interpolation.
    private static void Copy(string source, ref int at, StringBuilder code, bool isInterpolation)
    {
        var depth = 0;
        while (at < source.Length)
        {
            if (Comment().Match(source, at) is { Success: true } comment) at += comment.Length;
            else if (Character().Match(source, at) is { Success: true } character) at += character.Length;
            else if (Quote().Match(source, at) is { Success: true } quote) Skip(source, ref at, code, quote);
            else
            {
                depth += source[at] switch { '{' => 1, '}' => -1, _ => 0 };
                if (isInterpolation && depth < 0) return;
                code.Append(source[at++]);
            }
        }
    }

    // Skips a string, but copies the code of its interpolations. An interpolation begins with as many braces as the
    // string has dollar signs. In a string that is delimited by one quote, two braces stand for a literal brace.
    private static void Skip(string source, ref int at, StringBuilder code, Match quote)
    {
        var (sign, marks) = (quote.Groups["sign"].Value, quote.Groups["marks"].Value);
        var (dollars, isVerbatim) = (sign.Count('$'), sign.Contains('@'));
        at += quote.Length;
        code.Append(" \"\" ");
        if (marks.Length == 2) return; // The empty string.
        var opening = new string('{', Math.Max(dollars, 1));
        while (at < source.Length && string.CompareOrdinal(source, at, marks, 0, marks.Length) != 0)
        {
            if (marks.Length == 1 && !isVerbatim && source[at] == '\\') at += 2;
            else if (marks.Length == 1 && string.CompareOrdinal(source, at, "{{", 0, 2) == 0) at += 2;
            else if (dollars > 0 && string.CompareOrdinal(source, at, opening, 0, dollars) == 0)
            {
                at += dollars;
                code.Append(' ');
                Copy(source, ref at, code, isInterpolation: true);
                code.Append(' ');
                at += dollars;
            }
            else
            {
                at++;
            }
        }

        at += marks.Length;
    }

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex RazorComment();

    [GeneratedRegex(@"\G(//[^\n]*|/\*.*?\*/)", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G'(\\[^']+|[^'\\\n]|\\')'")]
    private static partial Regex Character();

    [GeneratedRegex("""\G(?<sign>[$@]*)(?<marks>"{3,}|""(?!")|")""")]
    private static partial Regex Quote();
}
