using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests the note under a table about layers whose learned τ became negative.</summary>
public sealed class NegativeTauTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Footnotes_CountLayersBySeed_WhenAnyTauIsNegative()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("turned", Learned(80), seeds: [Counts(9000, Layers(0.5, -0.1)), Counts(9000, Layers(1, 0))])
            .Row("usual", Learned(90), seeds: [Counts(9000, Layers(0.5, 0))])
            .RecordAsync(ledger, "Signs", source: null, TableColumn.Top1);

        var notes = SweepTable.Of(outcome).Footnotes.Where(static note => note.Contains('τ', StringComparison.Ordinal));

        Assert.Equal(
            [
                "turned: binary layers with a negative τ, and so with α above β (layers.csv), by seed: 1 of 2, 0 of 2.",
            ],
            notes);
    }

    private static LayerRecord[] Layers(params double[] taus) =>
    [
        .. taus.Index().Select(static tau => new LayerRecord
        {
            Order = tau.Index + 1,
            Weights = 90,
            Ones = 4,
            Hamming = [6, 4, 0, 0, 0, 0, 0, 0, 0, 0],
            EmptyFilters = 0,
            DenseBops = 90,
            Tau = tau.Item,
            Phi = 0,
        }),
    ];
}
