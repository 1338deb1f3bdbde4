using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>What the README says is there, is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public void Every_link_leads_to_a_file_or_a_heading()
    {
        var headings = Heading().Matches(Text)
            .Select(h => "#" + h.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')).ToList();
        var targets = Link().Matches(Text).Select(l => l.Groups[1].Value)
            .Where(t => !t.StartsWith("https://", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(targets);
        Assert.DoesNotContain(targets, t => t.StartsWith('#') ? !headings.Contains(t) : !Exists(t));
    }

    /// <summary>
    /// Some SDKs have <c>dotnet run --project</c> start a program in its project's folder: the paths in our commands
    /// would lead nowhere.
    /// </summary>
    [Fact]
    public async Task The_first_command_starts_sbnn_where_it_is_typed()
    {
        var asked = new ProcessStartInfo("dotnet",
            ["msbuild", "-getProperty:RunWorkingDirectory",
                Repository.PathOf("src", "Silo", "Sbnn.Sweeps.Silo.csproj")])
        {
            RedirectStandardOutput = true,
        };
        using var msbuild = Process.Start(asked)!;
        var folder = await msbuild.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await msbuild.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (msbuild.ExitCode, folder.Trim()));
    }

    [Fact]
    public void Every_path_in_the_repository_that_it_names_exists()
    {
        var paths = RepositoryPath().Matches(Text).Select(p => p.Value.TrimEnd('.', ',')).Distinct().ToList();

        Assert.NotEmpty(paths);
        Assert.DoesNotContain(paths, p => !Exists(p));
    }

    [Fact]
    public void Its_table_of_knobs_is_the_list_of_knobs()
    {
        var expected = Hyperparameters.All.Select(k =>
            $"| `{k.Name}` | {(k.Default is null && k.Type.NullWord is null ? "" : k.Format(k.Default))} | {k.Allowed} "
                + $"| {k.Description} |");

        Assert.Equal(expected, Text.Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)
                && Hyperparameters.TryGet(line.Split('`')[1], out _)));
    }

    [Fact]
    public void Its_example_of_a_spec_is_a_spec()
    {
        var example = YamlBlock().Match(Text).Groups[1].Value;

        Assert.Equal(24, SpecReader.Parse(example, "README.md", Repository.Root).Expand(_ => "d").Trials.Count);
    }

    [Fact]
    public void Every_package_that_a_project_names_stands_in_its_table_with_a_reason()
    {
        var named = new[] { "src", "tests", "benchmarks" }.Select(f => Repository.PathOf(f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*.csproj", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(f, "Directory.Build.props")))
            .SelectMany(p => XDocument.Load(p).Descendants("PackageReference")
                .Select(r => r.Attribute("Include")!.Value))
            .Distinct().Order(StringComparer.Ordinal);

        Assert.DoesNotContain(named, package => !Text.Split('\n')
            .Any(line => line.StartsWith("| ", StringComparison.Ordinal)
                && line.Contains(package, StringComparison.Ordinal)));
    }

    private static bool Exists(string path) =>
        File.Exists(Repository.PathOf(path)) || Directory.Exists(Repository.PathOf(path));

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.~-])(src|sweeps|tests|build|docker|benchmarks)/[\w./-]+")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();
}
