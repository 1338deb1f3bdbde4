using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>The report's files, byte by byte, for a ledger with a cell of every kind.</summary>
public sealed class ReportBytesTests : IDisposable
{
    private static readonly PublishedSource Source = new()
    {
        Citation = "A. Author: A paper. A venue 2023, Table 1.",
        Setting = new Dictionary<string, string> { ["width"] = "8", ["learning-rate"] = "0.0010", ["dataset"] = "synthetic" },
    };

    private static readonly TableColumn[] AllColumns =
    [
        TableColumn.Domain, TableColumn.Constraint, TableColumn.Gamma, TableColumn.Top1, TableColumn.Delta, TableColumn.BopsPr, TableColumn.BParamsPr,
        TableColumn.K0, TableColumn.K1, TableColumn.Ones, TableColumn.Entropy,
    ];

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cell_of_every_kind_is_written_as_it_should_be()
    {
        await using var ledger = await _folder.OpenAsync();
        await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);

        await ReportWriter.WriteAsync(ledger.Reader, "sample", _folder.In("out"));

        Assert.Equal(ExpectedMarkdown, await ReadAsync("table.md"));
        Assert.Equal(ExpectedCsv, await ReadAsync("table.csv"));
    }

    [Fact]
    public async Task Another_culture_another_machine_and_another_order_of_events_give_the_same_bytes()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE") { NumberFormat = { NegativeSign = "~", NumberDecimalSeparator = "," } };
            _folder.Clock.Now += TimeSpan.FromDays(1000);
            await using var ledger = await _folder.OpenAsync();
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("another", Sample.Trial(7), Sample.Trial(8)));
            await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);

            await ReportWriter.WriteAsync(ledger.Reader, "sample", _folder.In("out"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(ExpectedMarkdown, await ReadAsync("table.md"));
        Assert.Equal(ExpectedCsv, await ReadAsync("table.csv"));
    }

    [Fact]
    public async Task Without_a_paper_no_column_is_wasted_on_it()
    {
        await using var ledger = await _folder.OpenAsync();
        var sweep = new SampleSweep().Row("only", Sample.Spec(), seeds: [Ends(9050)]);

        var table = SweepTable.Of(await sweep.RecordAsync(ledger, "Small", source: null, TableColumn.Top1, TableColumn.Delta));

        Assert.Equal(["row", "top-1 %", "n", "Δ pp"], table.Columns.Select(static column => column.Text));
        Assert.Equal(["only", "90.50", "1/1", "–"], Assert.Single(table.Rows));
    }

    [Fact]
    public async Task The_last_epoch_is_reported_when_the_table_asks_for_it()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("reached", Learned(95), seeds: [Ends(9050)]).Row("missed", Learned(99), seeds: [Ends(9050, missed: true)])
            .RecordAsync(ledger, "Last", source: null, TableColumn.Top1);

        var table = SweepTable.Of(outcome with { Table = outcome.Table with { Accuracy = AccuracyChoice.Last } });

        Assert.Equal("89.50", table.Rows[0][1]);
        Assert.Equal("target missed 1/1", table.Rows[1][1]);
        Assert.Contains("last epoch", table.Footnotes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_files_time_stays_when_its_bytes_do_and_the_manifest_tells_what_varies()
    {
        await using var ledger = await _folder.OpenAsync();
        await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);
        await ReportWriter.WriteAsync(ledger.Reader, "sample", _folder.In("out"));
        var manifest = await ReadAsync("manifest.json");
        var long_ago = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var file in Directory.GetFiles(_folder.In("out"))) File.SetLastWriteTimeUtc(file, long_ago);

        await ReportWriter.WriteAsync(ledger.Reader, "sample", _folder.In("out"));
        Assert.All(Directory.GetFiles(_folder.In("out")), file => Assert.Equal(long_ago, File.GetLastWriteTimeUtc(file)));

        Assert.Equal(3, Directory.GetFiles(_folder.In("out")).Length);
        foreach (var varying in (string[])["some-node", "2026-01-02T03:04:05", "it Diverged", "diverged"])
        {
            Assert.Contains(varying, manifest, StringComparison.Ordinal);
            Assert.DoesNotContain(varying, ExpectedMarkdown + ExpectedCsv, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_sweep_that_the_ledger_does_not_have_is_named()
    {
        await using var ledger = await _folder.OpenAsync();

        var error = await Assert.ThrowsAsync<BadInputException>(() => ReportWriter.WriteAsync(ledger.Reader, "none", _folder.In("out")));

        Assert.Contains("none", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.In("out")));
    }

    [Fact]
    public async Task A_row_that_fits_several_settings_is_refused_not_averaged()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("wide", Sample.Spec() with { Width = 16 }, seeds: [Ends(9000)]).Row("narrow", Sample.Spec(), seeds: [Ends(8000)])
            .RecordAsync(ledger, "Loose", source: null, TableColumn.Top1);
        var loose = outcome.Table.Rows[0] with { Where = new Dictionary<string, string>() };

        var error = Assert.Throws<BadInputException>(() => SweepTable.Of(outcome with { Table = outcome.Table with { Rows = [loose] } }));

        Assert.Contains("table row 'wide'", error.Message, StringComparison.Ordinal);
    }

    private static SampleSweep EveryKind() => new SampleSweep()
        .Row("baseline | real", Sample.Spec() with { Domain = DomainKind.Symmetric }, new PublishedRow { Name = "Baseline", Top1 = 88.93m }, baseline: true, Ends(8875), Ends(8900))
        .Row("\"one\", seed", Learned(50), new PublishedRow { Name = "One", Top1 = 91.7m, Delta = 0.2m, BopsPr = -11.1m, K0 = 5.6m, K1 = 6.8m }, seeds: [Ends(9170, ones: 111)])
        .Row("far", Learned(60), new PublishedRow { Name = "Far", Top1 = 91m, Delta = -0.5m }, seeds: [Ends(8000), Ends(8010), Ends(8020)])
        .Row("incomplete", Learned(75), new PublishedRow { Name = "Lost", BopsPr = -24.5m, Lost = ["top1", "delta"] }, seeds: [Ends(9000), Waits()])
        .Row("failed", Learned(90), new PublishedRow { Name = "Failed", Top1 = 91.16m, Note = "the printed accuracies give -0.34" }, seeds: [Ends(9000), Fails()])
        .Row("missed", Learned(95), new PublishedRow { Name = "Missed", Top1 = 90.94m }, seeds: [Ends(9000), Ends(9000, missed: true)])
        .Row("collapsed", Learned(99), seeds: [Ends(4000, ones: 5, collapsed: true), Ends(5000, ones: 6)])
        .Row("wider", Learned(99) with { Width = 16 }, new PublishedRow { Name = "Quoted", Top1 = 60m, Quoted = true }, seeds: [Ends(6000), Ends(6000)])
        .Row("not run", Learned(98), new PublishedRow { Name = "Waiting", Top1 = 90m }, seeds: [Waits(), Waits()]);

    private async Task<string> ReadAsync(string name) =>
        await File.ReadAllTextAsync(Path.Combine(_folder.In("out"), name), TestContext.Current.CancellationToken);

    private const string ExpectedMarkdown = "";

    private const string ExpectedCsv = "";
}
