using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Tests that files are in the folders of their namespaces, and unit tests in the folders of the tested code.
/// </summary>
public sealed partial class LayoutTests
{
    [Theory]
    [InlineData("src", "Sbnn.Sweeps")]
    [InlineData("tests", "Sbnn.Sweeps.Tests")]
    [InlineData("benchmarks", "Sbnn.Sweeps.Benchmarks")]
    public void Namespace_MatchesTheFolder_OfEveryFile(string root, string prefix)
    {
        var files = Directory.EnumerateFiles(Repository.PathOf(root), "*.cs", SearchOption.AllDirectories);
        var misplaced = from file in files
                        let declared = Namespace().Match(File.ReadAllText(file))
                        let folder = Path.GetRelativePath(Repository.PathOf(root), Path.GetDirectoryName(file)!)
                        where declared.Success && declared.Groups[1].Value != $"{prefix}.{folder.Replace('/', '.')}"
                        select $"{Path.GetRelativePath(Repository.Root, file)}: {declared.Groups[1].Value}";

        Assert.Empty(misplaced);
    }

    [Fact]
    public void UnitTests_AreInTheFolders_OfTheTestedCode()
    {
        var unit = Repository.PathOf("tests", "Unit");
        var unknownFolders = Directory.EnumerateFiles(unit, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(unit, Path.GetDirectoryName(file)!)).Distinct()
            .Where(static folder => folder != "House" && !Directory.Exists(Repository.PathOf("src", folder)));

        Assert.Empty(unknownFolders);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
