using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>A Markdown page of this repository, with the parts that tests check.</summary>
internal sealed partial class Markdown
{
    private Markdown(string path, string text)
    {
        (Path, Text, Lines) = (path, text, text.Split('\n'));
        Blocks = [.. Fence().Matches(text).Select(match => new MarkdownBlock(
            match.Groups["language"].Value,
            match.Groups["text"].Value,
            text.AsSpan(0, match.Index).Count('\n') + 1,
            HasFragmentMark: FragmentMark().IsMatch(text[..match.Index])))];
        Prose = Fence().Replace(text, static match => new string('\n', match.Value.Count(static c => c == '\n')));
    }

    /// <summary>The page's path below the repository's root.</summary>
    public string Path { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines { get; }

    /// <summary>The page's fenced blocks.</summary>
    public IReadOnlyList<MarkdownBlock> Blocks { get; }

    /// <summary>The text with its fenced blocks replaced by empty lines, so that line numbers stay the same.</summary>
    public string Prose { get; }

    /// <summary>The anchors of the page's headings, derived by GitHub's rules.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(Prose))
            {
                var plain = NotInAnchors().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');
                for (var (anchor, n) = (plain, 1); !anchors.Add(anchor); anchor = $"{plain}-{n++}") { }
            }

            return anchors;
        }
    }

    /// <summary>The targets of the page's links and images, each with its line.</summary>
    public IEnumerable<(int Line, string Target)> Links =>
        from match in Link().Matches(InlineCode().Replace(Prose, static code => new string(' ', code.Length)))
        select (Prose.AsSpan(0, match.Index).Count('\n') + 1, match.Groups[1].Value);

    /// <summary>The texts in backticks, each with its line.</summary>
    public IEnumerable<(int Line, string Text)> InlineCodes =>
        from match in InlineCode().Matches(Prose)
        select (Prose.AsSpan(0, match.Index).Count('\n') + 1, match.Groups[1].Value.Replace('\n', ' '));

    /// <summary>README, CHANGELOG and all pages of <c>docs</c>.</summary>
    public static IReadOnlyList<Markdown> All { get; } =
    [
        Read("README.md"),
        Read("CHANGELOG.md"),
        .. Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md") // not docs/results: reports that sbnn wrote
            .Order(StringComparer.Ordinal)
            .Select(static file => Read(System.IO.Path.GetRelativePath(Repository.Root, file))),
    ];

    /// <summary>Returns the page with a path below the repository's root.</summary>
    public static Markdown Find(string path) => All.Single(page => page.Path == path);

    private static Markdown Read(string path) => new(path, File.ReadAllText(Repository.PathOf(path)));

    [GeneratedRegex(@"^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"<!-- fragment -->\n$")]
    private static partial Regex FragmentMark();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InlineCode();
}

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Language">The language after the opening fence; empty when none is stated.</param>
/// <param name="Text">The text between the fences.</param>
/// <param name="Line">The line of the opening fence.</param>
/// <param name="HasFragmentMark">
/// True when the preceding line is <c>&lt;!-- fragment --&gt;</c>, which marks a part of a spec.
/// </param>
internal sealed record MarkdownBlock(string Language, string Text, int Line, bool HasFragmentMark);
