using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Importance;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Importance;

/// <summary>Which trials of a sweep are analysed, and why others are not.</summary>
public sealed class SweepImportanceTests
{
    [Fact]
    public void Of_AnalysesTheTrialsOnWhichGammaHasAnEffect_OfTheShippedProduct()
    {
        var text = File.ReadAllText(Repository.PathOf("sweeps", "sparsity-gamma-domain-small.yaml"));

        var found = SweepImportance.Of(Finished(text));

        Assert.Null(found.Reason);
        Assert.Equal([("domain", 3), ("sparsity", 2), ("gamma", 3)],
            found.Factors.Select(static factor => (factor.Name, factor.Levels)));
        Assert.Equal((36, 2, 6), (found.Trials, found.Seeds, found.LeftOut));
        Assert.Equal(["gamma"], found.Differing);
        Assert.Equal(
            [
                "domain", "sparsity", "gamma", "domain × sparsity", "domain × gamma", "sparsity × gamma",
                "domain × sparsity × gamma",
            ],
            found.Analysis!.Effects.Select(static effect => effect.Name));
        Assert.Equal(18, found.Analysis.Residual!.Freedom);
    }

    [Fact]
    public void Of_AssignsAccuraciesToTheirFactors()
    {
        // Only width matters: the accuracy is 50 % for 4 and 60 % for 8.
        var found = SweepImportance.Of(Finished(Grid("- width: [4, 8]\n  - sparsity: [none, 95]"),
            static trial => trial.Width == 8 ? 60 : 50));

        Assert.Equal([("width", 1m), ("sparsity", 0m), ("width × sparsity", 0m)],
            found.Analysis!.Effects.Select(static effect => (effect.Name, effect.EtaSquared)));
    }

    [Fact]
    public void Of_IgnoresAHyperparameterWithoutEffect()
    {
        var found = SweepImportance.Of(
            Finished(Grid("- gamma: [0.1, 0.2]\n  - width: [4, 8]").Replace("sparsity: 95", "sparsity: none",
                StringComparison.Ordinal)));

        Assert.Equal(["width"], found.Factors.Select(static factor => factor.Name));
        Assert.Equal((4, 2, 0), (found.Trials, found.Seeds, found.LeftOut));
    }

    [Theory]
    [InlineData("- width: [8]", "no hyperparameter varies")]
    [InlineData("- points: [{width: 4, gamma: 0.1}, {width: 8, gamma: 0.2}, {width: 16, gamma: 0.1}]",
        "width × gamma is not a full grid: the trials have 3 of its 6 combinations")]
    public void Of_StatesWhyThereIsNoAnalysis_OfTheGrid(string axis, string reason)
    {
        var found = SweepImportance.Of(Finished(Grid(axis)));

        Assert.Equal((null, reason), (found.Analysis, found.Reason));
    }

    [Fact]
    public void Of_StatesWhyThereIsNoAnalysis_OfTheTrials()
    {
        var sweep = Finished(Grid("- width: [4, 8]"));
        var first = sweep.Trials[0];

        Assert.Equal("3 of 4 trials are finished",
            ReasonWith(first with { State = TrialState.Running, Reported = null }));
        Assert.Equal("1 of 4 trials missed their target, so the table reports no accuracy of theirs",
            ReasonWith(first with { Reported = null }));
        Assert.Equal("width is not a full grid: its combinations do not have the same seeds",
            ReasonWith(first with { Spec = first.Spec with { Seed = 3 } }));
        Assert.Equal("width is not a full grid: its combinations do not have the same seeds", ReasonWith());
        Assert.Equal("all trials have the same accuracy",
            SweepImportance.Of(Finished(Grid("- width: [4, 8]"), static _ => 90)).Reason);

        string? ReasonWith(params TrialOutcome[] replacement) =>
            SweepImportance.Of(sweep with { Trials = [.. replacement, .. sweep.Trials.Skip(1)] }).Reason;
    }

    [Theory]
    [InlineData("table1.yaml", "domain × sparsity is not a full grid: the trials have 4 of its 6 combinations")]
    [InlineData("sparsity-gamma-domain.yaml", "0 of 144 trials are finished")]
    public void Of_StatesWhyThereIsNoAnalysis_OfShippedSweeps(string file, string reason)
    {
        var text = File.ReadAllText(Repository.PathOf("sweeps", file));
        var spec = SpecReader.Read(Repository.PathOf("sweeps", file));

        Assert.Equal(reason, SweepImportance.Of(SpecOutcome.Of(spec, text)).Reason);
    }

    private static string Grid(string axes) =>
        $"""
        name: x
        trial: {"{"}dataset: synthetic, sparsity: 95{"}"}
        axes:
          {axes}
        seeds: [1, 2]
        """;

    // Every trial ends with an accuracy of its own, unless a function gives it.
    private static SweepOutcome Finished(string text, Func<TrialSpec, int>? percent = null)
    {
        var outcome = SpecOutcome.Of(SpecReader.Parse(text, "x.yaml", ""), text);
        return outcome with
        {
            Trials = [.. outcome.Trials.Select((trial, i) => trial with
            {
                State = TrialState.Finished, Reported = Epoch(percent?.Invoke(trial.Spec) * 10 ?? 500 + (i * i)),
            })],
        };
    }

    private static EpochMetrics Epoch(int correct) => new()
    {
        Epoch = 1,
        Correct = correct,
        Total = 1000,
        Ones = 5,
        Weights = 100,
        Entropy = 0.3,
        K0 = 0.5,
        K1 = 0.1,
        BopsPr = -0.5,
        BParamsPr = -0.5,
        Layers = 1,
        OneValuedLayers = 0,
    };
}
