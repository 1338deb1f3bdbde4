using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Pages;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using Sbnn.Sweeps.Tests.Unit.Reports.Provenance;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Pages;

/// <summary>What <c>index.html</c> begins with.</summary>
public sealed class OutcomeFactsTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Facts_StateScopeScaleHardwareTimeAndOutcome_InThisOrder()
    {
        await using var ledger = await _folder.OpenAsync();
        var gpu = new AttemptGpu("GPU-1", "NVIDIA H100");
        var outcome = await new SampleSweep()
            .Row("one", Learned(95), seeds: [ManifestTests.Trains(_folder), ManifestTests.Trains(_folder, gpu)])
            .Row("two", Learned(90) with { Width = 16 }, seeds: [Waits(), Fails()])
            .RecordAsync(ledger, "Sample", source: null, TableColumn.Top1);

        Assert.Equal(
            [
                ("Scope", "resnet18; synthetic; sbnn; sparsity 95 %, 90 %; 2 seeds"),
                ("Scale", "width 8, 16; training images all; epochs 3; reduced scale: epochs 3 (full recipe: 300), "
                    + "width 8 (full recipe: 64), dataset synthetic (full recipe: cifar10 or cifar100), "
                    + "width 16 (full recipe: 64)"),
                ("Hardware", "NVIDIA H100; cpu: test, 1 thread"),
                ("Time", "2026-01-02 03:04:05Z – 2026-01-02 07:04:05Z; wall time 4 h 0 min; CPU slots 2 h 0 min; "
                    + "GPUs 2 h 0 min; peak memory 2.1 GiB"),
                ("Outcome", "2 of 4 trials finished, 1 failed, 1 waiting; 2 repeated (more than one attempt); "
                    + "2 unreported (no result)"),
                ("Sweep", "sample, revision 1"), ("Written by", "sbnn 1.2.3"),
            ],
            Facts(outcome));
    }

    [Theory]
    [InlineData("table1.yaml", "width 64; training images all; epochs 300")]
    [InlineData("table2.yaml", "width 64; training images all; epochs 500")]
    [InlineData("table3.yaml", "width 64; training images all; epochs 300")]
    [InlineData("cifar10-small.yaml",
        "width 16; training images 5000; epochs 24; reduced scale: epochs 24 (published: 300), "
            + "width 16 (published: 64), dataset image-folder (published: cifar10), "
            + "train-images 5000 (published: all)")]
    public void Scale_NamesSmallerSettings_OnlyBelowThePublishedScale(string file, string scale)
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));

        var facts = Facts(SpecOutcome.Of(spec, ""));

        Assert.Equal(["Scope", "Scale", "Outcome"], facts.Select(static fact => fact.Name).Take(3));
        Assert.Equal(scale, facts[1].Value);
    }

    [Fact]
    public void Scope_NamesModelsDataMethodsTargetsAndSeeds()
    {
        var spec = SpecReader.Read(Repository.PathOf("sweeps", "table3.yaml"));

        Assert.Equal(
            ("Scope", "reactnet18; cifar100; reactnet, subbit-0.67, subbit-0.56, subbit-0.44, sbnn; "
                + "sparsity 50 %, 95 %, 96 %, 97 %, 98 %, 99 %; 3 seeds"),
            Facts(SpecOutcome.Of(spec, ""))[0]);
    }

    [Fact]
    public void Time_HasNoEnd_WhileAnAttemptRuns()
    {
        var trial = Sample.Trial(1);
        var facts = Facts(new SweepOutcome("sample", 1, Sample.Submission("sample", trial).Table,
        [
            new TrialOutcome
            {
                Key = trial.Key, Spec = trial.Spec with { Dataset = DatasetKind.ImageFolder, Folder = "birds" },
                State = TrialState.Running,
                Attempts =
                [
                    new AttemptProvenance
                    {
                        Attempt = 1, Node = new("some-node"), StartedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                    },
                ],
            },
        ]));

        Assert.Contains(("Time", "2026-01-02 03:04:05Z – now"), facts);
        Assert.Contains(("Outcome", "0 of 1 trial finished, 1 running; 1 unreported (no result)"), facts);
        Assert.Equal("resnet18; image-folder birds; sbnn; no sparsity target; 1 seed", facts[0].Value);
        Assert.DoesNotContain(facts, static fact => fact.Name == "Hardware");
    }

    private static List<(string Name, string Value)> Facts(SweepOutcome outcome) =>
        [.. OutcomeFacts.Of(outcome, SweepTable.Of(outcome), "1.2.3")];
}
