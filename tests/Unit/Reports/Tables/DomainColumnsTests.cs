using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests what tables show about the domains of the weights: their names, notes and φ/τ.</summary>
public sealed class DomainColumnsTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Table_ShowsTheMedianOfPhiOverTau_ForRowsWithADomain()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("odd", Learned(80), seeds: [Counts(9000, Layers((1, 0.5), (2, 2), (-1, 0.1)))])
            .Row("even", Learned(90), seeds:
                [Counts(9000, Layers((1, 0.2), (1, 0.4))), Counts(9000, Layers((1, 0.1), (0.5, 0.25), (0, 1)))])
            .Row("τ = 0", Learned(95), seeds: [Counts(9000, Layers((0, 1)))])
            .Row("IR-Net", Sample.Spec() with { Method = MethodKind.IrNet, Sparsity = null, Width = 16 },
                seeds: [Counts(9000, Layers((1, 0)))])
            .RecordAsync(ledger, "Domains", source: null, TableColumn.PhiTau);

        var table = SweepTable.Of(outcome);

        Assert.Equal(["row", "φ/τ"], table.Columns.Select(static column => column.Text));
        Assert.Equal(["0.50", "0.30", "–", "–"], table.Rows.Select(static row => row[1]));
        Assert.Contains(table.Footnotes, static note => note.StartsWith("φ/τ: the median", StringComparison.Ordinal));
        var csv = CsvTable.Render(table).Split('\n');
        Assert.Contains(",phi_tau,phi_tau_sd,", csv[0], StringComparison.Ordinal);
        Assert.DoesNotContain("delta_test", csv[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DomainKind.ZeroOne, "{0, β} (ours)")]
    [InlineData(DomainKind.ClosedFormCentred, "{α, β} by Eq. 15, centred (ours)")]
    public async Task Table_MarksADomainAsOurs_WhenThePaperDoesNotHaveIt(DomainKind domain, string shown)
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("a", Learned(80) with { Domain = domain }, seeds: [Counts(9000, Layers((1, 0)))])
            .Row("b", Learned(80), seeds: [Counts(9000, Layers((1, 0)))])
            .RecordAsync(ledger, "Domains", source: null, TableColumn.Domain);

        var table = SweepTable.Of(outcome);

        Assert.False(domain.IsInThePaper());
        Assert.Equal([shown, "{α, β} learned"], table.Rows.Select(static row => row[1]));
        Assert.Single(table.Footnotes, note =>
            note.StartsWith(shown[..^" (ours)".Length], StringComparison.Ordinal)
            && note.EndsWith("This domain is ours; the paper does not have it.", StringComparison.Ordinal));
    }

    private static LayerRecord[] Layers(params (double Tau, double Phi)[] values) =>
    [
        .. values.Index().Select(static one => new LayerRecord
        {
            Order = one.Index + 1,
            Weights = 90,
            Ones = 4,
            Hamming = [6, 4, 0, 0, 0, 0, 0, 0, 0, 0],
            EmptyFilters = 0,
            DenseBops = 90,
            Tau = one.Item.Tau,
            Phi = one.Item.Phi,
        }),
    ];
}
