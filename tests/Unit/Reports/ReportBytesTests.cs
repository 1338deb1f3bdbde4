using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>Tests the bytes of the report's files, for a ledger with every kind of cell.</summary>
public sealed class ReportBytesTests : IDisposable
{
    internal static readonly PublishedSource Source = new()
    {
        Citation = "A. Author: A paper. A venue 2023, Table 1.",
        Setting = new Dictionary<string, string>
        {
            ["width"] = "8",
            ["learning-rate"] = "0.0010",
            ["dataset"] = "synthetic"
        },
    };

    internal static readonly TableColumn[] AllColumns =
    [
        TableColumn.Domain, TableColumn.Constraint, TableColumn.Gamma, TableColumn.Top1, TableColumn.Delta,
            TableColumn.BopsPr, TableColumn.BParamsPr,
        TableColumn.K0, TableColumn.K1, TableColumn.Ones, TableColumn.Entropy,
    ];

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Notes_CountLayersWithASingleWeightValue_ForEachSeed()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("whole", Learned(50), seeds: [Ends(4000, onesOfLayers: [1, 99, 50])])
            .Row("emptied", Learned(40),
                seeds: [Ends(4000, onesOfLayers: [0, 100, 50]), Ends(4000, onesOfLayers: [1, 1, 0])])
            .RecordAsync(ledger, "Layers", source: null, TableColumn.Top1);

        var notes = SweepTable.Of(outcome).Footnotes;

        Assert.Contains(
            "emptied: binary layers whose weights all have the same value, by seed: 2 of 3, 1 of 3.", notes);
        Assert.DoesNotContain(notes, static note => note.StartsWith("whole", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cell_DistinguishesDivergedSeeds_FromOtherFailures()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("diverged", Learned(50), seeds: [Ends(4000), Fails(AttemptEnding.Diverged)])
            .Row("both", Learned(95), seeds: [Fails(), Fails(AttemptEnding.Diverged)])
            .RecordAsync(ledger, "Ends", source: null, TableColumn.Top1);

        var table = SweepTable.Of(outcome);

        Assert.Equal(["diverged 1/2", "failed 2/2"], table.Rows.Select(static row => row[1]));
        Assert.Contains(
            "diverged: the number of seeds whose loss became NaN or infinite; a retry would end the same way.",
            table.Footnotes);
    }

    [Fact]
    public async Task Row_HasNoBinaryMetrics_WithoutBinaryLayers()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("full precision", Sample.Spec() with { Method = MethodKind.FullPrecision },
                seeds: [Ends(9300, ones: 0, weights: 0)])
            .RecordAsync(ledger, "Reference", source: null, TableColumn.Domain, TableColumn.Top1, TableColumn.BopsPr,
                TableColumn.K0, TableColumn.Ones);

        Assert.Equal(["full precision", "–", "93.00", "1/1", "–", "–", "–"],
            Assert.Single(SweepTable.Of(outcome).Rows));
    }

    [Fact]
    public async Task Row_IsNotComparable_OnASmallerCopyOfTheDataset()
    {
        var whole = Learned(95) with { Dataset = DatasetKind.Cifar10, Width = 8 };
        await using var ledger = await _folder.OpenAsync();
        var source = new PublishedSource
        {
            Citation = "c",
            Setting = new Dictionary<string, string> { ["dataset"] = "cifar10", ["test-images"] = "all" }
        };
        var table = SweepTable.Of(await new SampleSweep()
            .Row("whole", whole, new PublishedRow { Name = "p", Top1 = 40 }, seeds: [Ends(4000), Ends(4001)])
            .Row("smaller", whole with { Width = 9 }, new PublishedRow { Name = "p", Top1 = 40 },
                seeds: [Ends(40, total: 100), Ends(41, total: 100)])
            .RecordAsync(ledger, "Copies", source, TableColumn.Top1));

        Assert.Equal([Verdict.Reproduced, Verdict.NotComparable], table.Metrics.Select(static row => row.Verdict));
        Assert.Contains(
            "Not comparable with the paper: smaller, because of a smaller copy of cifar10, 100 test images (published: "
                + "10000).", table.Footnotes);
    }

    [Fact]
    public async Task Notes_NameTheImages_ByWhichEpochsWereChosen()
    {
        var chosen = Learned(95) with { ValidationImages = 100, SelectOn = SelectionSplit.Validation, Width = 9 };
        await using var ledger = await _folder.OpenAsync();
        var mixed = await new SampleSweep()
            .Row("on test", Learned(95), seeds: [Ends(4000)]).Row("on validation", chosen, seeds: [Ends(4000)])
            .RecordAsync(ledger, "Mixed", source: null, TableColumn.Top1);
        var note = SweepTable.Of(mixed).Footnotes[0];
        Assert.Contains("best epoch by test accuracy, or (on validation) by accuracy on validation images", note,
            StringComparison.Ordinal);

        var all = await new SampleSweep().Row("on validation", chosen, seeds: [Ends(4000)])
            .RecordAsync(ledger, "All", source: null, TableColumn.Top1);
        Assert.Contains("best epoch by accuracy on validation images", SweepTable.Of(all).Footnotes[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_HasTheSameBytes_WithAnotherCultureTimeAndLedger()
    {
        var before = CultureInfo.CurrentCulture;
        Dictionary<string, string> texts;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (odd.NumberFormat.NegativeSign, odd.NumberFormat.NumberDecimalSeparator) = ("~", ",");
            CultureInfo.CurrentCulture = odd;
            _folder.Clock.Now += TimeSpan.FromDays(1000);
            await using var ledger = await _folder.OpenAsync();
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("another", Sample.Trial(7), Sample.Trial(8)));
            texts = await GoldenReport.RecordAsync(ledger);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.All((string[])["hyperparameters.csv", "table.md", "table.csv"],
            name => GoldenReport.Check(name, texts[name], mayUpdate: false));
    }

    [Fact]
    public async Task Notes_UseTheLatestPreflight_OfTheSameKind()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("row", Sample.Spec(), seeds: [Ends(9000, resume: true)])
            .RecordAsync(ledger, "One", source: null, TableColumn.Top1);
        Assert.Equal("all rows", Note(outcome)["resume-exact (".Length..][..8]);

        var another = Sample.Trial(9);
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("another", another));
        await ledger.Writer.StartAttemptAsync(new(another.Key, 1), new("some-node"), 0);
        await ledger.Writer.RecordEventsAsync(new(another.Key, 1),
            [Sample.Checked(1, isExact: true) with { IsExact = false, Detail = "with another build" }]);

        Assert.StartsWith("‡ resume-inexact (all rows)", Note((await ledger.Reader.FindOutcomeAsync("sample"))!),
            StringComparison.Ordinal);

        static string Note(SweepOutcome outcome) =>
            SweepTable.Of(outcome).Footnotes.Single(static note => note.Contains("resume-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Row_IsMarked_WhenItsTrialsMixDeviceClasses()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("one kind", Learned(50),
                seeds: [Ends(9000, device: "cuda a100"), Ends(9010, device: "cuda a100"), Ends(9020)])
            .Row("mixed", Learned(60), seeds: [Ends(9000, device: "cuda a100"), Ends(9010, device: "cpu"), Waits()])
            .Row("unfinished elsewhere", Learned(75), seeds: [Ends(9000, device: "cpu"), Waits()])
            .RecordAsync(ledger, "Devices", source: null, TableColumn.Top1);

        var table = SweepTable.Of(outcome);

        Assert.Equal(
            "§ mixed devices (mixed): the seeds were trained on different device classes (processor or GPU, threads, "
                + "build of torch; manifest.json), whose rounding differs. A part of the spread may come from that.",
            Assert.Single(table.Footnotes, static note => note.StartsWith('§')));
        Assert.Equal([false, true, false],
            outcome.Table.Rows.Select(row => table.Metrics.Single(metrics => metrics.Row == row).MixesDevices));
        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        Assert.Equal(["| mixed"], (await ReadAsync("table.md")).Split('\n')
            .Where(static line => line.Contains("§ |", StringComparison.Ordinal)).Select(static line => line[..7]));
    }

    [Fact]
    public async Task Table_HasNoPaperColumns_WithoutPublishedResults()
    {
        await using var ledger = await _folder.OpenAsync();
        var sweep = new SampleSweep().Row("only", Sample.Spec(), seeds: [Ends(9050)]);

        var table = SweepTable.Of(
            await sweep.RecordAsync(ledger, "Small", source: null, TableColumn.Top1, TableColumn.Delta));

        Assert.Equal(["row", "top-1 %", "n", "Δ pp"], table.Columns.Select(static column => column.Text));
        Assert.Equal(["only", "90.50", "1/1", "–"], Assert.Single(table.Rows));
    }

    [Fact]
    public async Task Table_ReportsTheLastEpoch_WhenTheSpecSetsIt()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep { Accuracy = AccuracyChoice.Last }
            .Row("reached", Learned(95), seeds: [Ends(9050)])
                .Row("missed", Learned(99), seeds: [Ends(9050, missed: true)])
            .RecordAsync(ledger, "Last", source: null, TableColumn.Top1);

        var table = SweepTable.Of(outcome);

        Assert.Equal("89.50", table.Rows[0][1]);
        Assert.Equal("target missed 1/1 (89.50)", table.Rows[1][1]);
        Assert.Contains("last epoch", table.Footnotes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_ReportsTheBestEpochOfAll_WhenTheSpecSetsIt()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep { Accuracy = AccuracyChoice.BestOfAll }
            .Row("far from it", Learned(99), seeds: [Ends(9050, missed: true)])
                .RecordAsync(ledger, "All", source: null, TableColumn.Top1, TableColumn.Ones);

        var table = SweepTable.Of(outcome);

        Assert.Equal(["far from it", "90.50", "1/1", "50.0"], Assert.Single(table.Rows));
        Assert.Contains("at the target or not", table.Footnotes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteReports_RewritesNoUnchangedFile_AndOnlyTheManifestVaries()
    {
        await using var ledger = await _folder.OpenAsync();
        await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);
        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        var manifest = await ReadAsync("manifest.json");
        var longAgo = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var file in Directory.GetFiles(_folder.In("out"))) File.SetLastWriteTimeUtc(file, longAgo);

        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        Assert.All(Directory.GetFiles(_folder.In("out")),
            file => Assert.Equal(longAgo, File.GetLastWriteTimeUtc(file)));

        Assert.Equal(
            [
                "accuracy-bops.png", "accuracy-bops.svg", "accuracy-bparams.png", "accuracy-bparams.svg",
                "hyperparameters.csv", "index.html", "layers.csv", "learning-curves.png", "learning-curves.svg",
                "manifest.json", "ones-target.png", "ones-target.svg", "table.csv", "table.html", "table.json",
                "table.md", "table.tex",
            ],
            Directory.GetFiles(_folder.In("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var tables = await ReadAsync("table.md") + await ReadAsync("table.csv");
        foreach (var varying in (string[])["some-node", "2026-01-02T03:04:05", "it Crashed", "crashed", "exact: False"])
        {
            Assert.Contains(varying, manifest, StringComparison.Ordinal);
            Assert.DoesNotContain(varying, tables, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WriteReports_DeletesFilesOfAnEarlierReport_ThatTheReportNoLongerHas()
    {
        await using var ledger = await _folder.OpenAsync();
        await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);
        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        var files = Directory.GetFiles(_folder.In("out")).Order().ToList();
        var own = Path.Combine(_folder.In("out"), "notes.txt");
        foreach (var name in (string[])["figure.svg", "figure.csv", "importance.csv", "notes.txt"])
            await File.WriteAllTextAsync(
                Path.Combine(_folder.In("out"), name), "old", TestContext.Current.CancellationToken);

        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));

        Assert.Equal([.. files.Append(own).Order()], Directory.GetFiles(_folder.In("out")).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteReports_RendersAPictureOfAnUnchangedFigure_OnlyForADurableReport(bool isDurable)
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);
        var table = SweepTable.Of(outcome);
        var (folder, path) = (_folder.In("out"), Path.Combine(_folder.In("out"), "ones-target.png"));
        await ReportWriter.WriteAsync(outcome, table, folder, isDurable: false);
        var picture = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(path, "another", TestContext.Current.CancellationToken);
        await ReportWriter.WriteAsync(outcome, table, folder, isDurable);
        Assert.Equal(isDurable ? picture : "another"u8.ToArray(),
            await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));

        // Simulates a process that ended after it had written the PNG and before it wrote the SVG. Because the SVG is
        // old, both files must be written again.
        await File.WriteAllTextAsync(
            Path.ChangeExtension(path, ".svg"), "old", TestContext.Current.CancellationToken);
        await ReportWriter.WriteAsync(outcome, table, folder, isDurable);
        Assert.Equal(picture, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Table_Throws_WhenARowMatchesDifferentSettings()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("wide", Sample.Spec() with { Width = 16 }, seeds: [Ends(9000)])
            .Row("narrow", Sample.Spec(), seeds: [Ends(8000)])
            .RecordAsync(ledger, "Loose", source: null, TableColumn.Top1);
        var loose = outcome.Table.Rows[0] with { Where = new Dictionary<string, string>() };

        var error = Assert.Throws<BadInputException>(() =>
            SweepTable.Of(outcome with { Table = outcome.Table with { Rows = [loose] } }));

        Assert.Contains("table row 'wide'", error.Message, StringComparison.Ordinal);
    }

    internal static SampleSweep EveryKind() => new SampleSweep()
        .Row("baseline | real", Sample.Spec() with { Domain = DomainKind.Symmetric },
            new PublishedRow { Name = "Baseline", Top1 = 88.93m }, baseline: true, Ends(8875, resume: true),
            Ends(8900, resume: true))
        .Row("\"one\", seed", Learned(50),
            new PublishedRow { Name = "One", Top1 = 91.7m, Delta = 0.2m, BopsPr = -11.1m, K0 = 5.6m, K1 = 6.8m },
            seeds: [Ends(9170, ones: 111)])
        .Row("far", Learned(60), new PublishedRow { Name = "Far", Top1 = 91m, Delta = -0.5m },
            seeds: [Ends(8000, resume: true), Ends(8010, resume: false), Ends(8020)])
        .Row("incomplete", Learned(75), new PublishedRow { Name = "Lost", BopsPr = -24.5m, Lost = ["top1", "delta"] },
            seeds: [Ends(9000), Waits()])
        .Row("failed", Learned(90),
            new PublishedRow { Name = "Failed", Top1 = 91.16m, Note = "the printed accuracies give -0.34" },
            seeds: [Ends(9000), Fails()])
        .Row("missed", Learned(95), new PublishedRow { Name = "Missed", Top1 = 90.94m },
            seeds: [Ends(9000), Ends(9000, missed: true)])
        .Row("collapsed", Learned(99), seeds: [Ends(4000, ones: 5, collapsed: true), Ends(5000, ones: 6)])
        .Row("wider", Learned(99) with { Width = 16 }, new PublishedRow { Name = "Quoted", Top1 = 60m, Quoted = true },
            seeds: [Ends(6000), Ends(6000)])
        .Row("not run", Learned(98), new PublishedRow { Name = "Waiting", Top1 = 90m }, seeds: [Waits(), Waits()]);

    private async Task<string> ReadAsync(string name) =>
        await File.ReadAllTextAsync(Path.Combine(_folder.In("out"), name), TestContext.Current.CancellationToken);
}
