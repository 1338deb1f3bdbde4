using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Trials;

public sealed class TrialLabelsTests
{
    private static readonly TrialSpec Free = new() { Width = 8 };

    [Fact]
    public void Of_ShowsADash_WhenAVaryingHyperparameterHasNoEffect()
    {
        TrialSpec[] trials = [Free, Free with { Sparsity = 95, Gamma = 0.1 }, Free with { Sparsity = 95, Gamma = 0.2 }];
        var labels = new TrialLabels(trials);

        Assert.Equal(["sparsity", "gamma", "seed"], labels.Headers);
        Assert.Equal([["none", "–", "1"], ["95", "0.1", "1"], ["95", "0.2", "1"]], trials.Select(labels.Of));
    }

    [Fact]
    public void Headers_OmitAHyperparameter_WhenItHasOneValueWhereverItHasAnEffect()
    {
        TrialSpec[] trials =
            [Free, Free with { Sparsity = 75 }, Free with { Sparsity = 95 },
                new() { Width = 8, Model = ModelKind.ReActNet18, Method = MethodKind.ReActNet }];

        Assert.Equal(["model", "sparsity", "method", "seed"], new TrialLabels(trials).Headers);
    }
}
