using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Tests that the source code contains no old words and no lines of more than 120 columns.</summary>
public sealed partial class SourceTextTests
{
    private const int Columns = 120;

    private static readonly string[] Roots = ["src", "tests", "benchmarks"];

    private static readonly string[] Exempt = ["/obj/", "/bin/", "/frozen/", "/homes/", "/wwwroot/lib/"];

    private static readonly string[] Extensions = [".cs", ".razor", ".css", ".js", ".sh"];

    [Fact]
    public void Source_ContainsNoOldWords() => AssertNone(
        from path in Files()
        let text = string.Join('\n', File.ReadLines(path).Select(WithoutFrozenWord))
        from word in OldWords.In(text)
        select $"{Path.GetRelativePath(Repository.Root, path)}:{word}");

    /// <summary>
    /// Raw string literals are exempt, because they are data (tables, scripts, files), and so are lines with URLs,
    /// which cannot be wrapped.
    /// </summary>
    [Fact]
    public void SourceLines_EndByColumn120() => AssertNone(
        from path in Files()
        from line in WideLines(File.ReadAllLines(path))
        select $"{Path.GetRelativePath(Repository.Root, path)}:{line}");

    private static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    // Words that are stored in files and databases cannot change. Such a word is in a constant whose line ends with the
    // comment "frozen word", and is not tested.
    private static string WithoutFrozenWord(string line) =>
        line.EndsWith("// frozen word", StringComparison.Ordinal) ? "" : line;

    // Files of earlier versions, and the scripts that made them, are exempt, because they must not change.
    private static IEnumerable<string> Files() =>
        from root in Roots
        from path in Directory.EnumerateFiles(Repository.PathOf(root), "*", SearchOption.AllDirectories)
        where Extensions.Contains(Path.GetExtension(path))
            && !Exempt.Any(folder => path.Contains(folder, StringComparison.Ordinal))
        orderby path
        select path;

    private static IEnumerable<string> WideLines(string[] lines)
    {
        var open = 0; // The number of quotes that will close the current raw string literal; 0: outside of one.
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
