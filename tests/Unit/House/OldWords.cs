using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Words that this project has replaced by those of its field (<c>old-words.txt</c>).</summary>
internal static class OldWords
{
    /// <summary>The file that lists them.</summary>
    public static string ListPath { get; } = Repository.PathOf("tests", "Unit", "House", "old-words.txt");

    private static readonly IReadOnlyList<(string Word, Regex Pattern)> Patterns =
    [
        .. from line in File.ReadAllLines(ListPath)
           let word = line.Trim()
           where word.Length > 0 && !word.StartsWith('#')
           select (word, new Regex($@"(?<!\w){Regex.Escape(word).Replace(@"\ ", @"\s+")}(?!\w)", RegexOptions.IgnoreCase)),
    ];

    /// <summary>Each old word in a text, as <c>line: word</c>.</summary>
    public static IEnumerable<string> In(string text) =>
        from pattern in Patterns
        from match in pattern.Pattern.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n') + 1
        orderby line
        select $"{line}: {pattern.Word}";
}
