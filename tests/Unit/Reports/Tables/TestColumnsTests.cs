using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>Tests the columns that compare rows with the baseline, and their notes.</summary>
public sealed class TestColumnsTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Columns_ShowIntervalsAndTests_AndNotesNameTheirKind()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("baseline", Sample.Spec(), baseline: true, seeds: [Ends(9000), Ends(9020), Ends(9010)])
            .Row("paired", Learned(50), seeds: [Ends(9100), Ends(9110), Ends(9130)])
            .Row("other seeds", Learned(60), seeds: [Ends(9000), Ends(9040)])
            .Row("single", Learned(75), seeds: [Ends(9050)])
            .Row("waits", Learned(90), seeds: [Ends(9050), Waits()])
            .RecordAsync(ledger, "Tests", source: null, TableColumn.Top1, TableColumn.PredictionInterval,
                TableColumn.Delta, TableColumn.DeltaInterval, TableColumn.DeltaP);

        var table = SweepTable.Of(outcome);

        Assert.Equal(
            ["row", "top-1 %", "n", "next seed %", "Δ pp", "Δ 95 % pp", "p (Holm)"],
            table.Columns.Select(static column => column.Text));

        // The seeds' differences are 1.00, 0.90 and 1.20: t = 1.0333/0.1528·√3 = 11.72 with 2 degrees of freedom, p =
        // 0.0072.
        Assert.Equal(
            ["paired", "91.13 ± 0.15", "3/3", "90.37 to 91.89", "+1.03", "+0.65 to +1.41", "0.014"], table.Rows[1]);
        Assert.Equal("+0.10", table.Rows[2][4]);
        Assert.Equal(["–", "+0.40", "–", "–"], table.Rows[3].Skip(3));
        Assert.Equal(["–", "–", "–", "–"], table.Rows[4].Skip(3));
        Assert.Contains("Next seed: the interval in which the top-1 accuracy of one more seed lies with 95 % "
            + "(Student's t).", table.Footnotes);
        Assert.Contains("Δ 95 % of paired: Student's t, paired by seed.", table.Footnotes);
        Assert.Contains(
            "p: two-sided test of no difference to the baseline, with Holm's correction over 2 comparisons.",
            table.Footnotes);
        Assert.Contains(
            "Not tested: single, because a test needs at least two seeds with different values.", table.Footnotes);
        Assert.Contains(table.Footnotes,
            static note => note.StartsWith("Δ 95 % of other seeds: Welch's t", StringComparison.Ordinal));
        var csv = CsvTable.Render(table).Split('\n');
        Assert.EndsWith("delta_low,delta_high,delta_test,delta_p,delta_p_holm,delta_family", csv[0],
            StringComparison.Ordinal);
        Assert.EndsWith(",,,,,", csv[1], StringComparison.Ordinal);
        Assert.Matches(@",paired,0\.007\d+,0\.014\d+,2$", csv[2]);
    }
}
