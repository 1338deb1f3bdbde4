using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Importance;

/// <summary>The bytes of importance.csv, and of the section on the page.</summary>
public sealed class ImportanceReportTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Report_HasTheEffects_OfAFullGrid()
    {
        var files = GoldenReport.Texts(await RecordAsync([8800, 8840], [8650, 8710], [8910, 8890], [8820, 8890]));

        GoldenReport.Check("importance.csv", files["importance.csv"]);
        GoldenReport.Check("importance.html", Section(files));
    }

    [Fact]
    public async Task Report_HasSharesOnly_WithASingleSeed()
    {
        var files = GoldenReport.Texts(await RecordAsync([8800], [8650], [8910], [8820]));

        Assert.Equal(
            """
            effect,sum_of_squares,df,mean_square,f,p,p_holm,eta_squared,omega_squared
            domain,1.96,1,1.96,,,,0.561604584527,
            sparsity,1.44,1,1.44,,,,0.412607449857,
            domain × sparsity,0.09,1,0.09,,,,0.025787965616,
            total,3.49,3,,,,,1,

            """,
            files["importance.csv"]);
        Assert.Contains("<li>There is no test, because a test needs at least two seeds.", Section(files),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_StatesWhyThereIsNoAnalysis_AndHasNoFile()
    {
        var files = GoldenReport.Texts(await RecordAsync([8800, 8840], [8650, 8710], [8910, 8890]));

        Assert.DoesNotContain("importance.csv", files.Keys);
        Assert.Equal(
            "<p>No analysis of variance: domain × sparsity is not a full grid: the trials have 3 of its 4 "
                + "combinations.</p>\n", Section(files));
    }

    // Two domains × two targets. Each value is the number of correct images of 10,000 with a seed.
    private async Task<SweepOutcome> RecordAsync(params int[][] correct)
    {
        var sweep = new SampleSweep();
        foreach (var (cell, values) in correct.Index())
        {
            sweep.Row(string.Create(CultureInfo.InvariantCulture, $"cell {cell}"),
                Learned(cell % 2 == 0 ? 50 : 95) with
                {
                    Domain = cell < 2 ? DomainKind.Symmetric : DomainKind.Learned,
                },
                seeds: [.. values.Select(static value => Ends(value))]);
        }

        await using var ledger = await _folder.OpenAsync();
        return await sweep.RecordAsync(ledger, "A grid", source: null, TableColumn.Top1);
    }

    private static string Section(Dictionary<string, string> files)
    {
        const string Heading = "<h2>Importance</h2>\n";
        var page = files["index.html"];
        var start = page.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length;
        return page[start..page.IndexOf("<h2>", start, StringComparison.Ordinal)];
    }
}
