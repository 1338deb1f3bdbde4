using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Tables;

/// <summary>
/// Tests the columns that are computed from the ledger's layer counts (the definitions of BOPs PR, and costs), and the
/// file of all counts.
/// </summary>
public sealed class CountingColumnsTests : IDisposable
{
    // The first layer has ten kernels and ten output positions; of its 900 operations, 450 are in empty kernels and 180
    // in kernels with a single 1. The second layer has 1×1 kernels.
    private static readonly LayerRecord[] Layers =
    [
        new() { Order = 1, Weights = 90, Ones = 11, Hamming = [5, 2, 1, 1, 1, 0, 0, 0, 0, 0], EmptyFilters = 1,
            DenseBops = 900, Tau = 1.5, Phi = -0.25 },
        new() { Order = 2, Weights = 10, Ones = 5, Hamming = [], EmptyFilters = 2, DenseBops = 100, Tau = -2, Phi = 0 },
    ];

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Table_ShowsEachDefinitionInAColumn_AndExplainsItInANote()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep()
            .Row("a", Learned(80) with { Width = 64 }, seeds: [Counts(9000, Layers), Counts(9000, Layers)])
            .RecordAsync(
            ledger, "Readings", source: null, TableColumn.BopsPr, TableColumn.BopsPrK1EightNinths,
            TableColumn.BopsPrSparse, TableColumn.BopsPrSparseHalf,
            TableColumn.EmptyFilters, TableColumn.Bops, TableColumn.Flops, TableColumn.Ops);

        var table = SweepTable.Of(outcome);

        Assert.Equal(
            ["row", "BOPs PR %", "BOPs PR (8/9) %", "BOPs PR (sparse) %", "BOPs PR (sparse/2) %", "empty filters",
                "BOPs 10⁸", "FLOPs 10⁸", "OPs 10⁸"],
            table.Columns.Select(static column => column.Text));
        // BOPs PR is the value that the trainer reported (−30 % in the sample); the other definitions are computed from
        // the counts. Of the 5.47·10⁸ BOPs of ResNet-18, 8 % remain (sparse/2).
        Assert.Equal(["a", "−30.0", "−61.0", "−84.0", "−92.0", "3.0", "0.44", "0.08", "0.09"],
            Assert.Single(table.Rows));
        Assert.Contains(
            "BOPs PR: kernels with no 1 or a single 1 cost nothing, and each kernel is weighted by its operations "
                + "(Sec. 4.2; compared with the paper's values); (8/9): a kernel with a single 1 costs one operation "
                + "of nine; (sparse): only weights that are 1 cost an operation (Sec. 3.5); (sparse/2): half of "
                + "(sparse), without XNORs (Eq. 19, whose fraction is printed inverted).",
            table.Footnotes);
        Assert.Contains("The counts of every layer and seed are in layers.csv.", table.Footnotes);
        Assert.StartsWith(
            "row,domain,sparsity,gamma,seeds,n,N,gap,collapsed_seeds,top1,top1_sd,delta,bops_pr,"
                + "bops_pr_sd,bparams_pr,bparams_pr_sd,k0,k0_sd,k1,k1_sd,ones,ones_sd,entropy,entropy_sd,"
                + "bops_pr_8_9,bops_pr_8_9_sd,bops_pr_sparse,bops_pr_sparse_sd,bops_pr_sparse_half,"
                + "bops_pr_sparse_half_sd,empty_filters,empty_filters_sd,bops,flops,ops,missed_top1,"
                + "missed_bops_pr,missed_bparams_pr,missed_k0,missed_k1,missed_ones,missed_entropy,"
                + "missed_bops_pr_8_9,missed_bops_pr_sparse,missed_bops_pr_sparse_half,missed_empty_filters,"
                + "published_row",
            CsvTable.Render(table), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LayersCsv_HasTheCounts_OfEachLayerAndInTotal()
    {
        await using var ledger = await _folder.OpenAsync();
        await new SampleSweep()
            .Row("a, b", Learned(80), seeds: [Counts(9000, Layers)])
            .Row("waits", Learned(96), seeds: [Waits()])
            .Row("missed", Learned(97), seeds: [Ends(9000, missed: true, onesOfLayers: [10])])
            .RecordAsync(ledger, "Layers", source: null, TableColumn.K0);

        await SampleSweep.WriteReportsAsync(ledger, _folder.In("out"));

        Assert.Equal(
            """
            row,seed,layer,weights,ones,h0,h1,h2,h3,h4,h5,h6,h7,h8,h9,empty_filters,k0,k1,entropy,dense_bops,bops_pr,bops_pr_8_9,bops_pr_sparse,bops_pr_sparse_half,bparams_pr,tau,phi,flops,ops,resume
            "a, b",1,1,90,11,5,2,1,1,1,0,0,0,0,0,1,50,20,0.53571502,900,-70,-67.777777778,-87.777777778,-93.888888889,-38.888888889,1.5,-0.25,,,resume-unchecked
            "a, b",1,2,10,5,,,,,,,,,,,2,,,1,100,0,0,-50,-75,,-2,0,,,resume-unchecked
            "a, b",1,all,100,16,5,2,1,1,1,0,0,0,0,0,3,50,20,0.634309555,1000,-63,-61,-84,-92,-38.888888889,,,320128,453760,resume-unchecked

            """,
            await File.ReadAllTextAsync(Path.Combine(_folder.In("out"), "layers.csv"),
                TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LayersCsv_HasTheCounts_OfTheReportedEpoch()
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Keyed(Sample.Spec() with { Epochs = 2 });
        var result = Sample.Result(trial, 70, 60);
        result = result with
        {
            Epochs =
            [With(result.Epochs[0], Layers[0]), With(result.Epochs[1], Layers[1] with { Order = 1 })]
        };
        foreach (var (name, accuracy) in new[] { ("best", AccuracyChoice.Best), ("last", AccuracyChoice.Last) })
        {
            var submission = Sample.Submission(name, trial);
            await ledger.Writer.RecordRevisionAsync(
                submission with { Table = submission.Table with { Accuracy = accuracy } });
        }

        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
        await ledger.Writer.RecordEventsAsync(new(trial.Key, 1), [Sample.Started(1)]);
        await ledger.Writer.CommitResultAsync(new(trial.Key, 1), result);

        Assert.Equal(90,
            Assert.Single(Assert.Single((await ledger.Reader.FindOutcomeAsync("best"))!.Trials).Layers).Weights);
        var last = Assert.Single((await ledger.Reader.FindOutcomeAsync("last"))!.Trials);
        Assert.Equal((10L, 10), (Assert.Single(last.Layers).Weights, last.Classes!.Value));

        static EpochRecord With(EpochRecord epoch, LayerRecord layer) =>
            epoch with { Layers = [layer], Ones = layer.Ones, Weights = layer.Weights };
    }

    [Fact]
    public async Task Table_LeavesComputedColumnsEmpty_WithoutLayersOrClasses()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("old", Learned(95), seeds: [Ends(9000)])
            .RecordAsync(ledger, "Old", source: null, TableColumn.K0, TableColumn.BopsPrSparse, TableColumn.Ops);

        Assert.Equal(["old", "77.1", "–", "–"], Assert.Single(SweepTable.Of(outcome).Rows));
    }

    /// <summary>
    /// In the paper, too, the baselines have no BParams PR, and Subbit's values are computed by Subbit's own rules.
    /// </summary>
    [Theory]
    [InlineData(MethodKind.ReActNet, "–", "–", "10.0")]
    [InlineData(MethodKind.Subbit056, "−10.7", "−44.4", "10.0")]
    public async Task Table_ShowsTheMethodsOwnBopsPr_WhenItRemovesNoKernels(
        MethodKind method, string bops, string bparams, string k0)
    {
        await using var ledger = await _folder.OpenAsync();
        var trial = Sample.Spec() with { Model = ModelKind.ReActNet18, Method = method };
        var outcome = await new SampleSweep().Row("other", trial, seeds: [Counts(9000, Layers)])
            .RecordAsync(ledger, "Other", source: null, TableColumn.BopsPr, TableColumn.BopsPrSparse,
                TableColumn.BParamsPr, TableColumn.K0);

        Assert.Equal(["other", bops, "–", bparams, k0], Assert.Single(SweepTable.Of(outcome).Rows));
    }

    [Fact]
    public async Task Table_ShowsPublishedValues_InAQuotedRow()
    {
        await using var ledger = await _folder.OpenAsync();
        var source = new PublishedSource { Citation = "A paper, Table 2" };
        var outcome = await new SampleSweep()
            .Row("ours", Learned(95), seeds: [Ends(9000)])
            .Quote(new PublishedRow
            {
                Name = "STQ",
                Top1 = 86.56m,
                Delta = -5.5m,
                BopsPr = -40m,
                Quoted = true,
                Note = "the printed figures give -4.94"
            })
            .Quote(new PublishedRow { Name = "Other", BopsPr = -80.6m, Lost = ["top1"] })
            .RecordAsync(ledger, "Quoted", source, TableColumn.Domain, TableColumn.Top1, TableColumn.BopsPr);

        var table = SweepTable.Of(outcome);

        Assert.Equal(["row", "domain", "top-1 %", "n", "paper top-1 %", "ours − paper pp", "BOPs PR %",
            "paper BOPs PR %", "verdict"], table.Columns.Select(static column => column.Text));
        Assert.Equal(["STQ", "–", "–", "–", "86.56 (quoted)", "–", "–", "−40.0 (quoted)", "–"], table.Rows[1]);
        Assert.Equal(["Other", "–", "–", "–", "not in our copy", "–", "–", "−80.6", "–"], table.Rows[2]);
        Assert.Contains("Published values only, not trained here: STQ; Other.", table.Footnotes);
        Assert.Contains("STQ, in the paper: the printed figures give -4.94.", table.Footnotes);
        Assert.Contains("STQ,,,,,0,0,quoted,", CsvTable.Render(table), StringComparison.Ordinal);
    }
}
