using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class TrialResultBuilderTests
{
    private static readonly TrialSpec Constrained = new() { Sparsity = 95, DataDigest = "00" };

    private static EpochRecord Epoch(int epoch, int correct, long ones, long onesOfLastLayer = 1) => new()
    {
        Epoch = epoch,
        Correct = correct,
        Total = 100,
        Ones = ones,
        Weights = 1000,
        LearningRate = 0,
        TrainLoss = 0,
        Penalty = 0,
        Lambda = 0,
        TestLoss = 0,
        Entropy = 0,
        K0 = 0,
        K1 = 0,
        BopsPr = 0,
        BParamsPr = 0,
        Layers = [new LayerRecord { Order = 1, Weights = 10, Ones = onesOfLastLayer, Hamming = [], EmptyFilters = 0,
            DenseBops = 0, Tau = 1, Phi = 0 }],
    };

    private static TrialResult Result(TrialSpec spec, params EpochRecord[] epochs) =>
        TrialResultBuilder.Build(TrialKey.Of(spec), spec, epochs);

    [Fact]
    public void BestEpoch_IsTheFirstWithTheHighestAccuracy_AmongEpochsAtTheTarget()
    {
        var result = Result(Constrained, Epoch(1, 99, ones: 56), Epoch(2, 50, ones: 55), Epoch(3, 60, ones: 40),
            Epoch(4, 60, ones: 30));
        Assert.Equal((ConstraintOutcome.Reached, 3), (result.Constraint, result.BestEpoch));
    }

    [Fact]
    public void BestEpoch_IgnoresTestImages_WhenSelectedOnValidation()
    {
        EpochRecord Validated(int epoch, int correct, int validated) =>
            Epoch(epoch, correct,
                ones: 40) with
            { Validation = new MeasuredAccuracy { Loss = 1, Correct = validated, Total = 50 } };
        var epochs = new[] { Validated(1, 99, 30), Validated(2, 50, 31), Validated(3, 60, 31) };

        var result = Result(Constrained with { ValidationImages = 50, SelectOn = SelectionSplit.Validation }, epochs);

        Assert.Equal(2, result.BestEpoch);
        Assert.Equal(1, Result(Constrained with { ValidationImages = 50 }, epochs).BestEpoch);
    }

    [Fact]
    public void Constraint_IsReached_UpToHalfAPercentAboveTheTarget()
    {
        Assert.Equal(ConstraintOutcome.Reached, Result(Constrained, Epoch(1, 1, ones: 55)).Constraint);
        Assert.Equal(ConstraintOutcome.Missed, Result(Constrained, Epoch(1, 1, ones: 56)).Constraint);
    }

    [Fact]
    public void BestEpoch_IsNull_WhenTheTargetIsNeverReached()
    {
        var result = Result(Constrained, Epoch(1, 99, ones: 500));
        Assert.Equal((ConstraintOutcome.Missed, null), (result.Constraint, result.BestEpoch));
    }

    [Fact]
    public void BestEpoch_IsTheMostAccurateOfAll_WithoutATarget()
    {
        var result = Result(Constrained with { Sparsity = null }, Epoch(1, 50, ones: 900), Epoch(2, 40, ones: 10));
        Assert.Equal((ConstraintOutcome.Unconstrained, 1), (result.Constraint, result.BestEpoch));
    }

    /// <summary>
    /// The authors' code treats a target of 50 % (EC = 0.5) as "no constraint". The corrected recipe treats it as a
    /// target, as the paper does.
    /// </summary>
    [Theory]
    [InlineData(RecipeKind.Authors, ConstraintOutcome.Unconstrained)]
    [InlineData(RecipeKind.Corrected, ConstraintOutcome.Missed)]
    public void Constraint_DependsOnTheRecipe_At50Percent(
        RecipeKind recipe, ConstraintOutcome expected) =>
        Assert.Equal(expected,
            Result(Constrained with { Sparsity = 50, Recipe = recipe }, Epoch(1, 1, ones: 990)).Constraint);

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Constraint_IsCollapsed_WhenTheNetworkEndsWithOneValue(long ones)
    {
        Assert.Equal(ConstraintOutcome.Collapsed, Result(Constrained, Epoch(1, 50, 40), Epoch(2, 50, ones)).Constraint);
        Assert.Equal(ConstraintOutcome.Reached,
            Result(Constrained, Epoch(1, 50, 0), Epoch(2, 50, 40, onesOfLastLayer: 0)).Constraint);
    }

    [Fact]
    public void Of_ReturnsTheSameResult_ForTrialsOfTheSameKey()
    {
        var spec = new TrialSpec { DataDigest = "00", Dataset = DatasetKind.ImageFolder, Folder = "here", Gamma = 0.1 };
        var other = spec with { Folder = "there", Gamma = 0.2 };
        Assert.Equal(TrialKey.Of(spec), TrialKey.Of(other));
        Assert.Equal(Result(spec, Epoch(1, 1, 1)).Spec, Result(other, Epoch(1, 1, 1)).Spec);
    }
}
