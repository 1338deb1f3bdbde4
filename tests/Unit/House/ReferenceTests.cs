using System.Xml.Linq;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Tests that projects reference only the projects below them, and that the folders of a project form no cycle.
/// </summary>
public sealed class ReferenceTests
{
    // The projects that each project may reference directly.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Trainer"] = ["Core"],
        ["Ledger"] = ["Core"],
        ["Reports"] = ["Core", "Ledger"],
        ["Grains"] = ["Core", "Ledger"],
        ["Api"] = ["Core", "Ledger", "Reports", "Grains"],
        ["Dashboard"] = ["Core", "Ledger", "Reports", "Grains", "Api"],
        ["Silo"] = ["Core", "Ledger", "Reports", "Grains", "Api", "Dashboard"],
        ["Cli"] = ["Core", "Ledger", "Reports", "Grains", "Api", "Dashboard", "Silo"],
    };

    [Fact]
    public void Projects_ReferenceOnlyAllowedProjects()
    {
        var projects = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .ToList();
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Select(NameOf).Order(StringComparer.Ordinal));

        var forbidden = projects.SelectMany(project => References(project)
            .Where(r => !Allowed[NameOf(project)].Contains(r.Name) && !IsTrainerBuildReference(NameOf(project), r))
            .Select(r => $"{NameOf(project)} -> {r.Name}"));

        Assert.Empty(forbidden);
    }

    [Fact]
    public void Silo_BuildsTheTrainer_WithoutReferencingItsAssembly()
    {
        var silo = Repository.PathOf("src", "Silo", "Sbnn.Sweeps.Silo.csproj");

        Assert.Single(References(silo), r => IsTrainerBuildReference("Silo", r));
    }

    [Theory]
    [InlineData("TorchSharp", "Trainer")]
    [InlineData("libtorch", "Trainer")]
    [InlineData("Microsoft.Orleans", "Grains")]
    [InlineData("Microsoft.Data.Sqlite", "Ledger")]
    [InlineData("Dapper", "Ledger")]
    [InlineData("YamlDotNet", "Core")]
    [InlineData("Polly", "Core", "Silo")]
    // Only the silo's and the trainer's processes export telemetry; libraries use .NET's activities and meters.
    [InlineData("OpenTelemetry", "Silo", "Trainer")]
    public void Package_IsReferenced_OnlyByItsOwnProjects(string package, params string[] projects)
    {
        var users = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(p => XDocument.Load(p).Descendants("PackageReference")
                .Any(r => r.Attribute("Include")!.Value.StartsWith(package, StringComparison.Ordinal)))
            .Select(NameOf).Order(StringComparer.Ordinal);

        Assert.Equal(projects, users);
    }

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_HaveNoCycle_WithinAProject(string project)
    {
        var folder = Repository.PathOf("src", project);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static file => file.EndsWith(".cs", StringComparison.Ordinal)
                || file.EndsWith(".razor", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);

        Assert.NotEmpty(files);
        var cycle = new FolderGraph(files).FindCycle();
        Assert.True(cycle is null, $"src/{project}: {cycle}");
    }

    private static bool IsTrainerBuildReference(string from, (string Name, bool Linked) reference) =>
        from == "Silo" && reference == ("Trainer", false);

    private static IEnumerable<(string Name, bool Linked)> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference").Select(r =>
            (NameOf(r.Attribute("Include")!.Value),
                !string.Equals((string?)r.Attribute("ReferenceOutputAssembly"), "false",
                    StringComparison.OrdinalIgnoreCase)));

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))
        .Replace("Sbnn.Sweeps.", "", StringComparison.Ordinal);
}
