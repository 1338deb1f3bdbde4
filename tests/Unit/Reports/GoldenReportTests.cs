using System.Text.Json;
using System.Xml.Linq;
using Json.Schema;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>
/// Tests the files of a report: their bytes, and that browsers, LaTeX and JSON readers can read them.
/// </summary>
public sealed class GoldenReportTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public static TheoryData<string> Files { get; } = [.. GoldenReport.Names];

    public static TheoryData<string> Figures { get; } = [.. GoldenReport.Figures];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_EqualsTheGoldenFile(string name) => GoldenReport.Check(name, await RenderAsync(name));

    [Theory]
    [MemberData(nameof(Figures))]
    public async Task Png_MatchesTheGoldenFile(string name) =>
        GoldenPng.Check(name, await GoldenReport.RenderPngAsync(_folder, name));

    [Fact]
    public async Task Json_FitsItsSchema()
    {
        var schema = JsonSchema.FromText(File.ReadAllText(Repository.PathOf("docs/table.schema.json")));
        Assert.True(IsValid(await RenderAsync("table.json")));
        Assert.True(IsValid(await RenderHostileAsync("table.json")));
        Assert.False(IsValid("""{"version": 1, "title": "t", "columns": [], "rows": [{"label": 1}], "notes": []}"""));

        bool IsValid(string json) => schema.Evaluate(JsonDocument.Parse(json).RootElement).IsValid;
    }

    [Fact]
    public async Task Text_IsEscaped_InHtml()
    {
        foreach (var name in (string[])["table.html", "index.html"])
        {
            var html = await RenderHostileAsync(name);
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(&apos;x&apos;)&lt;/script&gt; &amp; &quot;q&quot;", html,
                StringComparison.Ordinal);
            Assert.DoesNotContain('\u0001', html);
        }
    }

    [Fact]
    public async Task Pages_ContainNoAddressOfAnotherHost()
    {
        foreach (var name in (string[])["table.html", "index.html"])
        {
            var html = await RenderAsync(name);
            Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
            Assert.DoesNotContain("href=", html, StringComparison.Ordinal);
            Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
            Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("accuracy-bops.svg")]
    [InlineData("learning-curves.svg")]
    [InlineData("ones-target.svg")]
    [InlineData("figure.svg")]
    public async Task Text_IsEscaped_InSvg(string name)
    {
        var svg = XDocument.Parse(await RenderHostileAsync(name));

        Assert.DoesNotContain(svg.Descendants(), static element => element.Name.LocalName == "script");
        Assert.Contains("<script>", svg.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_IsEscaped_InLatex()
    {
        var latex = await RenderHostileAsync("table.tex");

        Assert.Contains(
            @"\textbackslash{}input\{/etc/passwd\} \$x\$ 50\% \#1 a\_b \textasciicircum{} \textasciitilde{} {[}x{]}",
            latex, StringComparison.Ordinal);
        Assert.Contains(@"\""{u}n\""{i} \sbnnchar{4E2D} \ensuremath{-}\ensuremath{\tau}", latex,
            StringComparison.Ordinal);
        Assert.All(latex, static sign => Assert.InRange(sign, '\n', '~'));
    }

    [Fact]
    public async Task Latex_Compiles()
    {
        var files = new Dictionary<string, string>
        {
            ["every-kind"] = await RenderAsync("table.tex"),
            ["hostile"] = await RenderHostileAsync("table.tex"),
        };
        foreach (var (name, text) in files)
            await File.WriteAllTextAsync(_folder.In($"{name}.tex"), text, TestContext.Current.CancellationToken);
        await LatexCompiler.CompileAsync(files.Keys.Select(name => _folder.In($"{name}.tex")));
    }

    private async Task<string> RenderAsync(string name) => (await GoldenReport.RenderAsync(_folder))[name];

    private async Task<string> RenderHostileAsync(string name) =>
        (await GoldenReport.RenderHostileAsync(_folder))[name];
}
