using System.Text.RegularExpressions;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Files lie where their namespaces say, and unit tests where the code is that they test.</summary>
public sealed partial class LayoutTests
{
    [Theory]
    [InlineData("src", "Sbnn.Sweeps")]
    [InlineData("tests", "Sbnn.Sweeps.Tests")]
    [InlineData("benchmarks", "Sbnn.Sweeps.Benchmarks")]
    public void Namespace_IsTheFolder_OfEveryFile(string root, string prefix)
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
    public void UnitTests_LieInFoldersOfSrc()
    {
        var unit = Repository.PathOf("tests", "Unit");
        var strangers = Directory.EnumerateFiles(unit, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(unit, Path.GetDirectoryName(file)!)).Distinct()
            .Where(static folder => folder != "House" && !Directory.Exists(Repository.PathOf("src", folder)));

        Assert.Empty(strangers);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
