using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

/// <summary>Tests the hints that a user sees before a sweep is trained.</summary>
public sealed class SpecHintsTests
{
    // A typical first sweep of a user: two values of γ, three seeds, a sparsity of 90 % and four epochs.
    private static readonly TrialSpec First = new()
    {
        TrainImages = 3000,
        Width = 8,
        Epochs = 4,
        BatchSize = 64,
        Sparsity = 90,
        Gamma = 0.1,
    };

    [Fact]
    public void Of_SuggestsAPercentage_WhenASparsityIsAFraction() => Assert.Equal(
        ["sparsity: 0.95 means 0.95 % of the weights; did you mean 95?"],
        SpecHints.Of([Sparse(0.95m), Sparse(0.95m), Sparse(95), Sparse(1), Sparse(0), Sparse(null)], static _ => null));

    [Fact]
    public void Of_NamesTheWeakestTrialAndItsRemedy_WhenThePenaltyIsTooWeakForTheSteps() => Assert.Equal(
        [
            "sparsity: 6 of 6 trials will probably miss the target, because the penalty is too weak for so few steps; "
                + "for example, 90 % with gamma 0.05, learning-rate 0.001 and 4 epochs (188 steps) needs 139 epochs or "
                + "more, or a higher learning-rate",
        ],
        SpecHints.Of([.. Enumerable.Range(1, 3)
            .SelectMany(static seed =>
                (TrialSpec[])[First with { Seed = seed }, First with { Seed = seed, Gamma = 0.05 }])],
                static _ => null));

    [Fact]
    public void Of_NamesTheSmallestSufficientGamma_WhenThereIsOne()
    {
        var hint = Assert.Single(SpecHints.Of([First with { LearningRate = 0.004, Epochs = 8 }], static _ => null));

        Assert.EndsWith("needs gamma 0.19 or more, or 17 epochs or more", hint, StringComparison.Ordinal);
        Assert.Empty(SpecHints.Of([First with { LearningRate = 0.004, Epochs = 8, Gamma = 0.19 }], static _ => null));
        Assert.Empty(SpecHints.Of([First with { LearningRate = 0.004, Epochs = 17 }], static _ => null));
    }

    [Fact]
    public void Of_CountsOnlyTheImages_ThatAreTrainedOn()
    {
        var all = First with { TrainImages = null, LearningRate = 0.004 };

        Assert.Empty(SpecHints.Of([all], static _ => null));
        Assert.Single(SpecHints.Of([all], static _ => 3000));
        Assert.Empty(SpecHints.Of([all], static _ => 50_000));
        Assert.Single(SpecHints.Of([all with { ValidationImages = 47_000 }], static _ => 50_000));
    }

    [Fact]
    public void Of_IsEmpty_WithoutATargetOrAtThePapersSettings()
    {
        TrialSpec[] without =
            [First with { Sparsity = null }, First with { Sparsity = 50, Gamma = 0 },
                First with { Method = MethodKind.IrNet }];
        var paper = new TrialSpec { Sparsity = 99, Gamma = 0.1, Epochs = 500 };

        Assert.Empty(SpecHints.Of(without, static _ => null));
        Assert.Empty(SpecHints.Of([paper, paper with { Sparsity = 95, Gamma = 0.07, Epochs = 300 }],
            static _ => 50_000));
    }

    private static TrialSpec Sparse(decimal? sparsity) => new() { Sparsity = sparsity };
}
