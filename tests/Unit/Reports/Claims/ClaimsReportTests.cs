using System.Text.Json;
using Json.Schema;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Claims;

/// <summary>
/// Tests how a report's files show claims. The golden files are those of a ledger with every kind and every outcome of
/// a claim.
/// </summary>
public sealed class ClaimsReportTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("table.md", "claims.md")]
    [InlineData("table.tex", "claims.tex")]
    [InlineData("table.html", "claims.html")]
    [InlineData("table.json", "claims.json")]
    public async Task Render_EqualsTheGoldenFile_ForATableWithClaims(string name, string kept) =>
        GoldenReport.Check(kept, (await RenderAsync(ClaimsSweep.EveryKind))[name]);

    [Fact]
    public async Task Page_ShowsTheClaims_AndCountsTheirOutcomes()
    {
        var page = (await RenderAsync(ClaimsSweep.EveryKind))["index.html"];

        Assert.Contains("<h2>Claims</h2>", page, StringComparison.Ordinal);
        Assert.Contains(
            "<dt>Claims</dt><dd>4 supported, 2 refuted, 1 reduced scale, 5 inconclusive, 1 not run</dd>", page,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_FitsItsSchema_WithClaims()
    {
        var schema = JsonSchema.FromText(File.ReadAllText(Repository.PathOf("docs/table.schema.json")));
        var json = (await RenderAsync(ClaimsSweep.EveryKind))["table.json"];

        Assert.True(schema.Evaluate(JsonDocument.Parse(json).RootElement).IsValid);
    }

    [Fact]
    public async Task Text_IsEscaped_InEveryFormat()
    {
        var files = await RenderAsync(
        [
            new ClaimSpec
            {
                Text = GoldenReport.Hostile, Section = GoldenReport.Hostile, Kind = ClaimKind.Above,
                Rows = ["learned", "±β"],
            },
        ]);

        foreach (var name in (string[])["table.html", "index.html"])
            Assert.DoesNotContain("<script>", files[name], StringComparison.Ordinal);
        Assert.Contains(@"(1) \<script>alert('x')\</script>", files["table.md"], StringComparison.Ordinal);
        Assert.Contains(@"\textbackslash{}input\{/etc/passwd\} \$x\$ 50\%", files["table.tex"],
            StringComparison.Ordinal);
        Assert.All(files["table.tex"], static sign => Assert.InRange(sign, '\n', '~'));
        await CompileAsync("hostile.tex", files["table.tex"]);
    }

    [Fact]
    public async Task Latex_Compiles_WithClaimsOnSeveralPages() => await CompileAsync("claims.tex",
        (await RenderAsync([.. ClaimsSweep.EveryKind, .. ClaimsSweep.EveryKind]))["table.tex"]);

    private async Task CompileAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.In(name), text, TestContext.Current.CancellationToken);
        await LatexCompiler.CompileAsync([_folder.In(name)]);
    }

    private async Task<Dictionary<string, string>> RenderAsync(ClaimSpec[] claims)
    {
        await using var ledger = await _folder.OpenAsync();
        return GoldenReport.Texts(await ClaimsSweep.RecordAsync(ledger, ClaimsSweep.Source, claims));
    }
}
