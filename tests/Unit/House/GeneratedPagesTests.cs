using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Api.Endpoints;
using Sbnn.Sweeps.Tests.Unit.Ledger;

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

    private const string ApiReference = "docs/http-api.md";

    private const string End = "<!-- End of the generated part. -->";

    [Fact]
    public void CommandPage_IsUpToDate() => Check("docs/command.md", Mark + CommandPage.Text);

    [Fact]
    public void SpecReference_IsUpToDate() => Check("docs/spec-reference.md", Mark + SpecPage.Of(SweepSchema.Text));

    [Fact]
    public void ExportPage_NamesEveryColumn() => Check("docs/export.md", Mark + ExportPage.Text);

    [Fact]
    public async Task ApiReference_IsUpToDate()
    {
        using var folder = new LedgerFolder();
        await using var ledger = await folder.OpenAsync();
        await using var api = await ApiHost.StartAsync(ledger.Reader);
        var reference = ApiPage.Of(await api.PageAsync("/api/v1/openapi.json"));
        var page = File.ReadAllText(Repository.PathOf(ApiReference));
        var (start, end) = (page.IndexOf(Mark, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(0 < start && start < end, $"{ApiReference}: the marks of the generated part are missing");

        Check(ApiReference, $"{page[..start]}{Mark}{reference}\n{page[end..]}");
    }

    private static void Check(string page, string text)
    {
        var path = Repository.PathOf(page);
        if (Environment.GetEnvironmentVariable("SBNN_UPDATE_DOCS") == "1") File.WriteAllText(path, text);
        var current = File.Exists(path) ? File.ReadAllText(path) : "";

        Assert.True(current == text, $"{page} is out of date; run: {Update}");
    }
}
