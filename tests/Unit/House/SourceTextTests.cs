using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>The words and the width of the source.</summary>
public sealed partial class SourceTextTests
{
    private const int Columns = 120;

    private static readonly string[] Roots = ["src", "tests", "benchmarks"];

    private static readonly string[] Exempt = ["/obj/", "/bin/", "/frozen/", "/homes/"];

    private static readonly string[] Extensions = [".cs", ".razor", ".css", ".js", ".sh"];

    [Fact]
    public void Source_HasNoWordThatWasReplaced() => AssertNone(
        from path in Files()
        let text = string.Join('\n', File.ReadLines(path).Select(WithoutFrozenWord))
        from word in OldWords.In(text)
        select $"{Path.GetRelativePath(Repository.Root, path)}:{word}");

    /// <summary>Raw string literals are data (tables, scripts, files), and addresses cannot be broken.</summary>
    [Fact]
    public void Source_EndsItsLines_ByColumn120() => AssertNone(
        from path in Files()
        from line in WideLines(File.ReadAllLines(path))
        select $"{Path.GetRelativePath(Repository.Root, path)}:{line}");

    private static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    // What is frozen on disk keeps its word, in a constant of its own with this mark.
    private static string WithoutFrozenWord(string line) =>
        line.EndsWith("// frozen word", StringComparison.Ordinal) ? "" : line;

    // Kept files of earlier versions, and what made them, stay as they were.
    private static IEnumerable<string> Files() =>
        from root in Roots
        from path in Directory.EnumerateFiles(Repository.PathOf(root), "*", SearchOption.AllDirectories)
        where Extensions.Contains(Path.GetExtension(path))
            && !Exempt.Any(folder => path.Contains(folder, StringComparison.Ordinal))
        orderby path
        select path;

    private static IEnumerable<string> WideLines(string[] lines)
    {
        var open = 0; // Quotes that close the raw string literal in which the line begins; 0: in none.
        foreach (var (number, line) in lines.Index())
        {
            var isData = open > 0;
            foreach (Match quotes in RawQuotes.Matches(line))
            {
                isData = true;
                if (open == 0) open = quotes.Length;
                else if (quotes.Length >= open) open = 0;
            }

            if (line.Length > Columns && !isData && !line.Contains("://", StringComparison.Ordinal))
                yield return $"{number + 1}: {line.Length} columns";
        }
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes { get; }
}
