using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports;

/// <summary>The bytes of the report's files, for a ledger with every kind of cell.</summary>
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
    public async Task Report_HasTheExpectedBytes_ForEveryKindOfCell()
    {
        await using var ledger = await _folder.OpenAsync();
        await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);

        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));

        Assert.Equal(ExpectedMarkdown, await ReadAsync("table.md"));
        Assert.Equal(ExpectedCsv, await ReadAsync("table.csv"));
    }

    [Fact]
    public async Task Notes_CountLayersOfOneValue_ForEachSeed()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("whole", Learned(50), seeds: [Ends(4000, onesOfLayers: [1, 99, 50])])
            .Row("emptied", Learned(40),
                seeds: [Ends(4000, onesOfLayers: [0, 100, 50]), Ends(4000, onesOfLayers: [1, 1, 0])])
            .RecordAsync(ledger, "Layers", source: null, TableColumn.Top1);

        var notes = SweepTable.Of(outcome).Footnotes;

        Assert.Contains("emptied: binary layers whose weights all hold one value, by seed: 2 of 3, 1 of 3.", notes);
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
        Assert.Contains("diverged: the loss of so many seeds became NaN or infinite, as it would again.",
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
            "Not comparable with the paper's runs: smaller, by a smaller copy of cifar10, 100 test images (published: "
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
        Assert.Contains("best epoch by test accuracy, or (on validation) by accuracy on the validation images", note,
            StringComparison.Ordinal);

        var all = await new SampleSweep().Row("on validation", chosen, seeds: [Ends(4000)])
            .RecordAsync(ledger, "All", source: null, TableColumn.Top1);
        Assert.Contains("best epoch by accuracy on the validation images", SweepTable.Of(all).Footnotes[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_HasTheSameBytes_WithAnotherCultureTimeAndLedger()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (odd.NumberFormat.NegativeSign, odd.NumberFormat.NumberDecimalSeparator) = ("~", ",");
            CultureInfo.CurrentCulture = odd;
            _folder.Clock.Now += TimeSpan.FromDays(1000);
            await using var ledger = await _folder.OpenAsync();
            await ledger.Writer.RecordRevisionAsync(Sample.Submission("another", Sample.Trial(7), Sample.Trial(8)));
            await EveryKind().RecordAsync(ledger, "Every kind of cell", Source, AllColumns);

            await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(ExpectedMarkdown, await ReadAsync("table.md"));
        Assert.Equal(ExpectedCsv, await ReadAsync("table.csv"));
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
            "§ mixed devices (mixed): the seeds were trained on different processors, GPUs, numbers of threads or "
                + "builds of torch (manifest.json), which round differently; a part of their spread may come from "
                + "that.",
            Assert.Single(table.Footnotes, static note => note.StartsWith('§')));
        Assert.Equal([false, true, false],
            outcome.Table.Rows.Select(row => table.Metrics.Single(metrics => metrics.Row == row).MixesDevices));
        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));
        Assert.Equal(["| mixed"], (await ReadAsync("table.md")).Split('\n')
            .Where(static line => line.Contains("§ |", StringComparison.Ordinal)).Select(static line => line[..7]));
    }

    [Fact]
    public async Task Table_HasNoPaperColumns_WithoutAPaper()
    {
        await using var ledger = await _folder.OpenAsync();
        var sweep = new SampleSweep().Row("only", Sample.Spec(), seeds: [Ends(9050)]);

        var table = SweepTable.Of(
            await sweep.RecordAsync(ledger, "Small", source: null, TableColumn.Top1, TableColumn.Delta));

        Assert.Equal(["row", "top-1 %", "n", "Δ pp"], table.Columns.Select(static column => column.Text));
        Assert.Equal(["only", "90.50", "1/1", "–"], Assert.Single(table.Rows));
    }

    [Fact]
    public async Task Table_ReportsTheLastEpoch_WhenTheSpecSaysSo()
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
    public async Task Table_ReportsTheBestEpochOfAll_WhenTheSpecSaysSo()
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
    public async Task WriteReports_RewritesNoUnchangedFile_AndPutsWhatVariesInTheManifest()
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
                "accuracy-bops.png", "accuracy-bops.svg", "accuracy-bparams.png", "accuracy-bparams.svg", "index.html",
                "layers.csv", "learning-curves.png", "learning-curves.svg", "manifest.json", "ones-target.png",
                "ones-target.svg", "table.csv", "table.html", "table.json", "table.md", "table.tex",
            ],
            Directory.GetFiles(_folder.In("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var varying in (string[])["some-node", "2026-01-02T03:04:05", "it Crashed", "crashed", "exact: False"])
        {
            Assert.Contains(varying, manifest, StringComparison.Ordinal);
            Assert.DoesNotContain(varying, ExpectedMarkdown + ExpectedCsv, StringComparison.Ordinal);
        }
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

        // A writer that ended between the two files left the old figure, so both are written.
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

    private const string ExpectedMarkdown =
        """"
        # Every kind of cell

        | row              | domain         | sparsity % |    γ |                   top-1 % |   n |   paper top-1 % | ours − paper pp |   Δ pp |      paper Δ pp | BOPs PR % | paper BOPs PR % | BParams PR % |   K₀ % | paper K₀ % |   K₁ % | paper K₁ % |  U/N % | h(U/N) bits | verdict        |
        |------------------|----------------|-----------:|-----:|--------------------------:|----:|----------------:|----------------:|-------:|----------------:|----------:|----------------:|-------------:|-------:|-----------:|-------:|-----------:|-------:|------------:|----------------|
        | baseline \| real | {−β, +β}       |          – |    – |              88.88 ± 0.18 | 2/2 |           88.93 |           −0.06 |      – |               – |     −50.0 |               – |        −12.5 |   77.1 |          – |   11.8 |          – |   50.0 |       0.286 | underpowered   |
        | "one", seed      | {α, β} learned |         50 | 0.07 |                     91.70 | 1/1 |           91.70 |            0.00 |  +2.83 |           +0.20 |     −11.1 |           −11.1 |        −12.5 |   77.1 |        5.6 |   11.8 |        6.8 |   11.1 |       0.286 | underpowered   |
        | far              | {α, β} learned |         60 | 0.07 |            80.10 ± 0.10 ‡ | 3/3 |           91.00 |          −10.90 |  −8.78 |           −0.50 |     −50.0 |               – |        −12.5 |   77.1 |          – |   11.8 |          – |   40.0 |       0.286 | not reproduced |
        | incomplete       | {α, β} learned |         75 | 0.07 |                incomplete | 1/2 | not in our copy |               – |      – | not in our copy |         – |           −24.5 |            – |      – |          – |      – |          – |      – |           – | –              |
        | failed           | {α, β} learned |         90 | 0.07 |                failed 1/2 | 1/2 |           91.16 |               – |      – |               – |         – |               – |            – |      – |          – |      – |          – |      – |           – | not run        |
        | missed           | {α, β} learned |         95 | 0.07 | target missed 1/2 (89.00) | 1/2 |           90.94 |               – |      – |               – |   (−50.0) |               – |      (−12.5) | (77.1) |          – | (11.8) |          – | (50.0) |     (0.286) | underpowered   |
        | collapsed        | {α, β} learned |         99 | 0.07 |            45.00 ± 7.07 † | 2/2 |               – |               – | −43.88 |               – |      −0.6 |               – |        −12.5 |   77.1 |          – |   11.8 |          – |    0.3 |       0.286 | –              |
        | wider            | {α, β} learned |         99 | 0.07 |              60.00 ± 0.00 | 2/2 |  60.00 (quoted) |            0.00 | −28.88 |               – |     −50.0 |               – |        −12.5 |   77.1 |          – |   11.8 |          – |    1.0 |       0.286 | not comparable |
        | not run          | {α, β} learned |         98 | 0.07 |                   not run | 0/2 |           90.00 |               – |      – |               – |         – |               – |            – |      – |          – |      – |          – |      – |           – | not run        |

        - Values are those of each trial's best epoch by test accuracy, among epochs at the target (U/N ≤ 1.05·EC): our convention.
        - n: seeds with a value to report, of all. Top-1 is mean ± standard deviation (n − 1) over them, the other values are means; a row that lacks a seed has no mean.
        - Δ: top-1 less that of the row baseline \| real.
        - failed: so many seeds ended without a result; the reasons are in manifest.json.
        - target missed: so many seeds were not at the target sparsity (U/N ≤ 1.05·EC). In parentheses, what these came to at their last epoch, to learn from: not the row's result. A larger γ, a higher learning rate or more steps (more epochs, more images, smaller batches) lower U/N.
        - † collapsed: at the end all its binary weights hold one value (collapsed), with seed 1.
        - resume-exact (baseline \| real): a short trial of the same model and method, stopped and resumed, gave the bytes of an undisturbed one where these were trained; an interruption is taken to have changed nothing.
        - ‡ resume-inexact (far): where these were trained, a short trial that was stopped and resumed did not give the bytes of an undisturbed one; values of trials that were interrupted (manifest.json) may differ from those of undisturbed ones.
        - resume-unchecked ("one", seed; incomplete; failed; missed; collapsed; wider): whether an interruption changes nothing was not checked where these were trained.
        - Paper: A. Author: A paper. A venue 2023, Table 1.
        - Verdict, by the 95 % interval (Student's t) of ours − paper: reproduced if it lies inside ±0.5 pp, not reproduced if outside, underpowered if it reaches over or there is no interval; not comparable if our settings differ; not run if a result is missing.
        - Not comparable with the paper's runs: wider, by width 16 (published: 8).
        - failed, in the paper: the printed accuracies give -0.34.

        Values in full precision: [table.csv](table.csv). When, where and in how many attempts the trials ran: [manifest.json](manifest.json).

        """";

    private const string ExpectedCsv =
        """"
        row,domain,sparsity,gamma,seeds,n,N,gap,collapsed_seeds,top1,top1_sd,delta,bops_pr,bops_pr_sd,bparams_pr,bparams_pr_sd,k0,k0_sd,k1,k1_sd,ones,ones_sd,entropy,entropy_sd,missed_top1,missed_bops_pr,missed_bparams_pr,missed_k0,missed_k1,missed_ones,missed_entropy,published_row,published_top1,published_delta,published_bops_pr,published_bparams_pr,published_k0,published_k1,published_quoted,difference,difference_low,difference_high,verdict,differs_in,resume
        baseline | real,symmetric,none,,1 2,2,2,,,88.875,0.176776695296637,,-50,0,-12.5,0,77.1,0,11.8,0,50,0,0.2864,0,,,,,,,,Baseline,88.93,,,,,,false,-0.055,-1.6432755920249955076782339442,1.5332755920249955076782339442,underpowered,,resume-exact
        """one"", seed",learned,50,0.07,1,1,1,,,91.7,,2.825,-11.1,,-12.5,,77.1,,11.8,,11.1,,0.2864,,,,,,,,,One,91.7,0.2,-11.1,,5.6,6.8,false,0,,,underpowered,,resume-unchecked
        far,learned,60,0.07,1 2 3,3,3,,,80.1,0.1,-8.775,-50,0,-12.5,0,77.1,0,11.8,0,40,0,0.2864,0,,,,,,,,Far,91,-0.5,,,,,false,-10.9,-11.148413771175063673437571267,-10.651586228824936326562428733,not reproduced,,resume-inexact
        incomplete,learned,75,0.07,1 2,1,2,incomplete,,,,,,,,,,,,,,,,,,,,,,,,Lost,lost,lost,-24.5,,,,false,,,,,,resume-unchecked
        failed,learned,90,0.07,1 2,1,2,failed 1/2,,,,,,,,,,,,,,,,,,,,,,,,Failed,91.16,,,,,,false,,,,not run,,resume-unchecked
        missed,learned,95,0.07,1 2,1,2,target missed 1/2,,,,,,,,,,,,,,,,,89,-50,-12.5,77.1,11.8,50,0.2864,Missed,90.94,,,,,,false,,,,underpowered,,resume-unchecked
        collapsed,learned,99,0.07,1 2,2,2,,1,45,7.07106781186548,-43.875,-0.55,0.0707106781186548,-12.5,0,77.1,0,11.8,0,0.3,0.424264068711928,0.2864,0,,,,,,,,,,,,,,,,,,,,,resume-unchecked
        wider,learned,99,0.07,1 2,2,2,,,60,0,-28.875,-50,0,-12.5,0,77.1,0,11.8,0,1,0,0.2864,0,,,,,,,,Quoted,60,,,,,,true,0,0,0,not comparable,width 16 (published: 8),resume-unchecked
        not run,learned,98,0.07,1 2,0,2,not run,,,,,,,,,,,,,,,,,,,,,,,,Waiting,90,,,,,,false,,,,not run,,

        """";
}
