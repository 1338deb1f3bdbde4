using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Rows;

/// <summary>Tests the verdicts on the values that the paper prints, and the line that counts them.</summary>
public sealed class MetricVerdictTests : IDisposable
{
    private static readonly TableColumn[] Columns =
        [TableColumn.Top1, TableColumn.Delta, TableColumn.BopsPr, TableColumn.K0];

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Table_JudgesEveryPublishedValue_WithTheToleranceOfItsMetric()
    {
        var table = await TableAsync(tolerance: null);

        Assert.Equal(
            [
                (TableColumn.Top1, Verdict.Reproduced), (TableColumn.Delta, Verdict.NotReproduced),
                (TableColumn.BopsPr, Verdict.Reproduced), (TableColumn.K0, Verdict.NotReproduced),
            ],
            table.Metrics[1].Verdicts.Select(static one => (one.Metric, one.Verdict)));
        Assert.Equal(
            ["row", "top-1 %", "n", "paper top-1 %", "ours − paper pp", "Δ pp", "paper Δ pp", "BOPs PR %",
                "paper BOPs PR %", "K₀ %", "paper K₀ %", "verdict"],
            table.Columns.Select(static column => column.Text));
        Assert.Equal(
            ["ours", "45.01 ± 0.01", "2/2", "45.00", "+0.01", "+5.01", "−5.00 ≠", "−50.0", "−50.2 =", "77.1", "70.0 ≠",
                "reproduced"],
            table.Rows[1]);
        Assert.Contains(
            "Verdicts on 4 published values: 2 reproduced, 2 not reproduced.", table.Footnotes);
        Assert.Contains(table.Footnotes, static note => note.EndsWith(
            "δ is 0.5 pp for top-1, Δ, BOPs PR, K₀.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Table_UsesTheToleranceOfTheSpec()
    {
        var table = await TableAsync(new Dictionary<TableColumn, decimal>
        {
            [TableColumn.BopsPr] = 0.1m,
            [TableColumn.K0] = 8,
        });

        Assert.Equal(
            [Verdict.Reproduced, Verdict.NotReproduced, Verdict.NotReproduced, Verdict.Reproduced],
            table.Metrics[1].Verdicts.Select(static one => one.Verdict));
        Assert.Contains(table.Footnotes, static note => note.EndsWith(
            "δ is 0.5 pp for top-1, Δ, 0.1 pp for BOPs PR, 8 pp for K₀.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Csv_HasAVerdict_ForEachMetricThatThePaperPrints()
    {
        var lines = CsvTable.Render(await TableAsync(tolerance: null)).Split('\n');

        Assert.EndsWith(
            "difference_delta,difference_delta_low,difference_delta_high,verdict_delta,difference_bops_pr,"
                + "difference_bops_pr_low,difference_bops_pr_high,verdict_bops_pr,difference_k0,difference_k0_low,"
                + "difference_k0_high,verdict_k0",
            lines[0], StringComparison.Ordinal);
        Assert.EndsWith("0.2,0.2,0.2,reproduced,7.1,7.1,7.1,not reproduced", lines[2], StringComparison.Ordinal);
    }

    private async Task<TableModel> TableAsync(IReadOnlyDictionary<TableColumn, decimal>? tolerance)
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("baseline", Learned(40), baseline: true, seeds: [Ends(4000), Ends(4001)])
            .Row("ours", Learned(50),
                new PublishedRow { Name = "Row", Top1 = 45, Delta = -5, BopsPr = -50.2m, K0 = 70 },
                seeds: [Ends(4500), Ends(4502)])
            .RecordAsync(ledger, "Verdicts", new PublishedSource { Citation = "A paper" }, Columns);
        return SweepTable.Of(outcome with { Table = outcome.Table with { Tolerance = tolerance } });
    }
}
