using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>
/// Tests the pages of <c>docs</c> that are generated from the code. With SBNN_UPDATE_DOCS=1 these tests write the
/// pages; otherwise they fail when a page is out of date.
/// </summary>
public sealed class GeneratedPagesTests
{
    private const string Update =
        "SBNN_UPDATE_DOCS=1 dotnet test --project tests/Unit -c Release --filter-class \"*GeneratedPagesTests\"";

    private const string Mark = $"<!-- Generated; do not edit. To regenerate:\n{Update} -->\n\n";

    [Fact]
    public void CommandPage_IsUpToDate() => Check("docs/command.md", CommandPage.Text);

    [Fact]
    public void SpecReference_IsUpToDate() => Check("docs/spec-reference.md", SpecPage.Of(SweepSchema.Text));

    [Fact]
    public void ExportPage_NamesEveryColumn() => Check("docs/export.md", ExportPage.Text);

    private static void Check(string page, string text)
    {
        var path = Repository.PathOf(page);
        if (Environment.GetEnvironmentVariable("SBNN_UPDATE_DOCS") == "1") File.WriteAllText(path, Mark + text);
        var current = File.Exists(path) ? File.ReadAllText(path) : "";

        Assert.True(current == Mark + text, $"{page} is out of date; run: {Update}");
    }
}
