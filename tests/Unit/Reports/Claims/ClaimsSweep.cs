using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Claims;

/// <summary>A sweep whose trials are as large as the published runs, with rows for every outcome of a claim.</summary>
internal static class ClaimsSweep
{
    /// <summary>The published runs: 3 epochs of all images of CIFAR-10 at width 8.</summary>
    public static readonly PublishedSource Source = new()
    {
        Citation = "A. Author: A paper. A venue 2023, Table 1.",
        Setting = new Dictionary<string, string>
        {
            ["dataset"] = "cifar10",
            ["train-images"] = "all",
            ["test-images"] = "all",
            ["width"] = "8",
            ["epochs"] = "3",
            ["learning-rate"] = "0.001",
        },
    };

    /// <summary>Claims of every kind and with every outcome.</summary>
    public static readonly ClaimSpec[] EveryKind =
    [
        new() { Text = "Learned is above ±β", Section = "4.1", Kind = ClaimKind.Above, Rows = ["learned", "±β"] },
        new() { Text = "±β | costs *nothing*", Kind = ClaimKind.Above, Rows = ["±β", "baseline"], Bound = 0.5m },
        new() { Kind = ClaimKind.Within, Rows = ["learned", "baseline"], Bound = 1 },
        new() { Kind = ClaimKind.AtLeast, Metric = TableColumn.K0, Rows = ["learned"], Bound = 70 },
        new() { Kind = ClaimKind.AtMost, Metric = TableColumn.BopsPr, Rows = ["learned"], Bound = -60 },
        new() { Section = "4.2", Kind = ClaimKind.Rising, Rows = ["±β", "learned", "baseline"] },
        new() { Text = "Spread", Kind = ClaimKind.AtLeast, Rows = ["±β"], Bound = 88 },
        new() { Text = "Narrow", Kind = ClaimKind.Above, Rows = ["narrow", "±β"] },
        new() { Text = "Waiting", Kind = ClaimKind.Above, Rows = ["waits", "±β"] },
        new() { Text = "Single", Kind = ClaimKind.Above, Rows = ["single", "±β"] },
        new() { Text = "Missed", Kind = ClaimKind.AtLeast, Rows = ["missed"], Bound = 50 },
        new() { Text = "Other rate", Kind = ClaimKind.AtLeast, Rows = ["other rate"], Bound = 50 },
        new() { Text = "Close", Kind = ClaimKind.Within, Rows = ["learned", "baseline"], Bound = 0.3m },
    ];

    /// <summary>The rows. Their labels are those of <see cref="EveryKind"/>.</summary>
    public static SampleSweep Rows(IReadOnlyList<ClaimSpec> claims) => new SampleSweep { Claims = claims }
        .Row("baseline", Full(DomainKind.Symmetric, null), baseline: true,
            seeds: [Ends(9010), Ends(9040), Ends(9020), Ends(9030)])
        .Row("±β", Full(DomainKind.Symmetric, 95), seeds: [Ends(8810), Ends(8790), Ends(8830), Ends(8805)])
        .Row("learned", Full(DomainKind.Learned, 95), seeds: [Ends(8990), Ends(9008), Ends(8985), Ends(9001)])
        .Row("narrow", Full(DomainKind.Learned, 90) with { Width = 4, TrainImages = 1000 },
            seeds: [Ends(9800), Ends(9810), Ends(9805), Ends(9801)])
        .Row("waits", Full(DomainKind.Learned, 75), seeds: [Ends(9900), Waits(), Ends(9900), Ends(9900)])
        .Row("single", Full(DomainKind.Learned, 50), seeds: [Ends(9900)])
        .Row("missed", Full(DomainKind.Learned, 99), seeds: [Ends(9000), Ends(9000, missed: true)])
        .Row("other rate", Full(DomainKind.Learned, 60) with { LearningRate = 0.002 },
            seeds: [Ends(9000), Ends(9010)]);

    /// <summary>Records the rows in a ledger, and returns the data of the report.</summary>
    public static Task<SweepOutcome> RecordAsync(
        Sbnn.Sweeps.Ledger.SweepLedger ledger, PublishedSource? source, params ClaimSpec[] claims) =>
        Rows(claims).RecordAsync(ledger, "Claims", source, TableColumn.Top1, TableColumn.Delta, TableColumn.K0);

    private static TrialSpec Full(DomainKind domain, decimal? sparsity) =>
        Sample.Spec() with { Dataset = DatasetKind.Cifar10, Domain = domain, Sparsity = sparsity };
}
