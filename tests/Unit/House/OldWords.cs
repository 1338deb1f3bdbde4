using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Finds words that this project no longer uses, because the field has better ones (<c>old-words.txt</c>).
/// </summary>
internal static class OldWords
{
    private static readonly IReadOnlyList<(Regex Pattern, string Instead)> Words =
    [
        .. from line in File.ReadAllLines(Repository.PathOf("tests", "Unit", "House", "old-words.txt"))
           where !line.StartsWith('#')
           let parts = line.Split(" = ")
           let words = parts[0].Replace(" ", @"\s+", StringComparison.Ordinal)
           select (new Regex($@"(?<!\w)({words})(?!\w)", RegexOptions.IgnoreCase), parts[1]),
    ];

    /// <summary>Returns each old word in a text, in the form <c>line: word (write: replacement)</c>.</summary>
    public static IEnumerable<string> In(string text) =>
        from word in Words
        from match in word.Pattern.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n') + 1
        orderby line
        select $"{line}: {match.Value.Replace('\n', ' ')} (write: {word.Instead})";
}
