using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Dashboard.Pages;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Checks the links, paths, commands and examples in README, CHANGELOG and the pages of <c>docs</c>, and their style.
/// </summary>
public sealed partial class DocumentationTests
{
    private const int MostColumns = 120;
    private const int MostReadmeLines = 150;

    private static IEnumerable<(string Path, string Text)> Specs =>
        from file in Directory.EnumerateFiles(Repository.PathOf("sweeps"), "*.yaml", SearchOption.AllDirectories)
        select (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file));

    [Fact]
    public void Links_LeadToAFileOrAHeading_InEveryPage()
    {
        var broken = from page in Markdown.All
                     from link in page.Links
                     where !link.Target.Contains("://", StringComparison.Ordinal) && !LeadsToATarget(page, link.Target)
                     select $"{page.Path}:{link.Line}: {link.Target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Pages_AreLinkedFromTheReadme()
    {
        var linked = Markdown.Find("README.md").Links.Select(static link => link.Target.Split('#')[0]).ToHashSet();

        Assert.DoesNotContain(
            Markdown.All,
            page => page.Path.StartsWith("docs/", StringComparison.Ordinal) && !linked.Contains(page.Path));
    }

    [Fact]
    public void RepositoryPaths_Exist_WhenAPageNamesThem()
    {
        var missing = from page in Markdown.All
                      where page.Path != "CHANGELOG.md" // CHANGELOG also names removed files.
                      from match in RepositoryPath().Matches(page.Text)
                      let path = match.Value.TrimEnd('.', ',')
                      where !Exists(path)
                      select $"{page.Path}: {path}";

        Assert.Empty(missing);
    }

    [Fact]
    public void Commands_Parse_InEveryFencedBlock()
    {
        var wrong = (from page in Markdown.All
                     from block in page.Blocks
                     from line in ShellLines.Of(block)
                     from problem in CommandExample.ProblemsOf(line.Text)
                     select $"{page.Path}:{line.Number}: {line.Text}: {problem}").ToList();

        Assert.Empty(wrong);
    }

    [Fact]
    public void Commands_NameExistingVerbsAndOptions_InRunningText()
    {
        var wrong = from page in Markdown.All
                    where page.Path != "CHANGELOG.md"
                    from code in page.InlineCodes
                    from problem in CommandExample.UnknownWordsOf(code.Text)
                    select $"{page.Path}:{code.Line}: {code.Text}: {problem}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void CommandExample_ReportsAProblem_WhenALineDoesNotParse()
    {
        Assert.Empty(CommandExample.ProblemsOf("sbnn submit sweeps/table2.yaml   # and leave"));
        Assert.Single(CommandExample.ProblemsOf("sbnn submit sweeps/table2.yaml --fast"));
        Assert.NotEmpty(CommandExample.ProblemsOf("dotnet run --project src/Cli -c Release -- runn table2.yaml"));
        Assert.Single(CommandExample.ProblemsOf("dotnet run --project src/Lost -c Release"));
        Assert.Equal(["--slow"], CommandExample.UnknownWordsOf("sbnn logs -f TRIAL --slow"));
        Assert.Equal(["wach"], CommandExample.UnknownWordsOf("sbnn wach NAME"));
    }

    [Fact]
    public void YamlExamples_AreValidSpecs_UnlessMarkedAsFragments()
    {
        var examples = (from page in Markdown.All
                        from block in page.Blocks
                        where block is { Language: "yaml", HasFragmentMark: false }
                        select (Place: $"{page.Path}:{block.Line}", block.Text)).ToList();

        Assert.NotEmpty(examples);
        Assert.All(examples, static example =>
        {
            var spec = SpecReader.Parse(example.Text, example.Place, Repository.PathOf("sweeps"));
            Assert.NotEmpty(spec.Expand(static _ => "digest").Trials);
        });
    }

    [Fact]
    public void Readme_HasAtMost150Lines() =>
        Assert.InRange(Markdown.Find("README.md").Lines.Count - 1, 1, MostReadmeLines);

    [Fact]
    public void Lines_EndByColumn120_ExceptTableRowsAndLinks()
    {
        var tooLong = from page in Markdown.All.Select(static page => (page.Path, page.Text)).Concat(Specs)
                      from line in page.Text.Split('\n').Index()
                      where line.Item.EnumerateRunes().Count() > MostColumns
                          && !line.Item.StartsWith('|') && !line.Item.Contains("](", StringComparison.Ordinal)
                      select $"{page.Path}:{line.Index + 1}";

        Assert.Empty(tooLong);
    }

    [Fact]
    public void OldWords_DoNotOccur_InReadmeDocsAndSpecs()
    {
        var found = from page in Markdown.All.Select(static page => (page.Path, page.Text)).Concat(Specs)
                    where page.Path != "CHANGELOG.md"
                    from word in OldWords.In(page.Text)
                    select $"{page.Path}:{word}";

        Assert.Empty(found);
    }

    [Fact]
    public void OldWords_AreFound_AsWholeWordsAcrossLines()
    {
        const string Text = "Wan" + "ted: a loan,\nnot any\n" + "more. There is no wantedness.";

        Assert.Equal(["1: Wan" + "ted (write: required)", "2: any " + "more (write: no longer)"], OldWords.In(Text));
    }

    [Fact]
    public void DependenciesPage_ListsEveryReferencedPackage()
    {
        var named = new[] { "src", "tests", "benchmarks" }.Select(static folder => Repository.PathOf(folder))
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(folder, "Directory.Build.props")))
            .SelectMany(static file => XDocument.Load(file).Descendants("PackageReference"))
            .Select(static reference => reference.Attribute("Include")!.Value).Distinct().Order(StringComparer.Ordinal);
        var rows = Markdown.Find("docs/dependencies.md").Lines
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();

        Assert.DoesNotContain(named, package => !rows.Exists(row => row.Contains(package, StringComparison.Ordinal)));
    }

    [Fact]
    public void DashboardPage_ShowsAPicture_OfEveryPage()
    {
        var routes = from file in Directory.EnumerateFiles(
                         Repository.PathOf("src", "Dashboard"), "*.razor", SearchOption.AllDirectories)
                     from match in Route().Matches(File.ReadAllText(file))
                     let route = match.Groups[1].Value.Replace('{', '<').Replace('}', '>').ToLowerInvariant()
                     where route != "/not-found"
                     from address in route.EndsWith("/<tabtext>", StringComparison.Ordinal)
                         ? ViewsOfASweep().Select(view => route.Replace("<tabtext>", view, StringComparison.Ordinal))
                         : [route]
                     select $"`{address}`";
        var sections = AddressLine().Split(Markdown.Find("docs/dashboard.md").Text);

        Assert.DoesNotContain(routes, route => !Array.Exists(sections, section =>
            section.StartsWith(route, StringComparison.Ordinal)
            && section.Contains("](images/", StringComparison.Ordinal)));
    }

    /// <summary>
    /// With some SDKs, <c>dotnet run --project</c> would start the program in the project's folder. Then relative paths
    /// in our commands would not exist.
    /// </summary>
    [Fact]
    public async Task DotnetRun_StartsSbnn_InTheCurrentFolder()
    {
        var project = Repository.PathOf("src", "Silo", "Sbnn.Sweeps.Silo.csproj");
        string[] question = ["msbuild", "-getProperty:RunWorkingDirectory", project];
        using var msbuild = Process.Start(new ProcessStartInfo("dotnet", question) { RedirectStandardOutput = true })!;
        var folder = await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (msbuild.ExitCode, folder.Trim()));
    }

    // The page's address without a view shows the trials.
    private static IEnumerable<string> ViewsOfASweep() =>
        Enum.GetNames<SweepTab>().Where(static view => view != nameof(SweepTab.Trials))
            .Select(static view => view.ToLowerInvariant());

    private static bool LeadsToATarget(Markdown page, string target)
    {
        var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0
            ? page.Path
            : Path.GetRelativePath(Repository.Root, Repository.PathOf(Path.GetDirectoryName(page.Path)!, path));
        if (!Exists(file)) return false;
        return anchor is null
            || Markdown.All.FirstOrDefault(other => other.Path == file)?.Anchors.Contains(anchor) == true;
    }

    private static bool Exists(string path) => Path.Exists(Repository.PathOf(path));

    [GeneratedRegex("^@page \"(.+)\"", RegexOptions.Multiline)]
    private static partial Regex Route();

    [GeneratedRegex("^(?=`/)", RegexOptions.Multiline)]
    private static partial Regex AddressLine();

    [GeneratedRegex(@"(?<![\w/.~-])(src|sweeps|tests|build|docker|benchmarks|docs)/[\w./-]+")]
    private static partial Regex RepositoryPath();
}
