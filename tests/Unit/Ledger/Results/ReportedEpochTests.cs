using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Results;

/// <summary>Tests the choice of the epoch that a table reports.</summary>
public sealed class ReportedEpochTests
{
    private static readonly TrialSpec Spec = Sample.Spec() with { Domain = DomainKind.Learned, Sparsity = 99 };

    [Theory]
    [InlineData(1050, 1)] // U/N = 1.05·EC
    [InlineData(1051, null)]
    [InlineData(0, 1)]
    public void Choose_FindsAnEpoch_OnlyAtTheTarget(long ones, int? chosen) =>
        Assert.Equal(chosen, ReportedEpoch.Choose(Spec, AccuracyChoice.Best, [Epoch(1, correct: 5, ones)])?.Epoch);

    [Theory]
    [InlineData(AccuracyChoice.Best, 2)]
    [InlineData(AccuracyChoice.Last, 4)]
    [InlineData(AccuracyChoice.BestOfAll, 1)]
    public void Choose_FollowsTheAccuracyRule_OfTheTable(AccuracyChoice choice, int chosen)
    {
        EpochScore[] epochs =
        [
            Epoch(1, correct: 9, ones: 2000), Epoch(2, correct: 7, ones: 1000), Epoch(3, correct: 7, ones: 1000),
                Epoch(4, correct: 3, ones: 900),
        ];

        Assert.Equal(chosen, ReportedEpoch.Choose(Spec, choice, epochs)?.Epoch);
    }

    [Fact]
    public void Choose_ReturnsNull_WhenTheLastEpochIsNotAtTheTarget() =>
        Assert.Null(ReportedEpoch.Choose(Spec, AccuracyChoice.Last,
            [Epoch(1, correct: 1, ones: 1000), Epoch(2, correct: 1, ones: 1100)]));

    [Fact]
    public void Choose_UsesTheValidationImages_WhenTheTrialDoes()
    {
        var spec = Spec with { SelectOn = SelectionSplit.Validation };
        EpochScore[] epochs =
        [
            Epoch(1, correct: 9, ones: 0) with { ValidationCorrect = 1 },
                Epoch(2, correct: 2, ones: 0) with { ValidationCorrect = 3 },
        ];

        Assert.Equal(2, ReportedEpoch.Choose(spec, AccuracyChoice.Best, epochs)?.Epoch);
    }

    [Theory]
    [InlineData(1000, ConstraintOutcome.Reached)]
    [InlineData(1100, ConstraintOutcome.Missed)]
    [InlineData(0, ConstraintOutcome.Collapsed)]
    [InlineData(100_000, ConstraintOutcome.Collapsed)]
    public void Outcome_ReportsWhetherTheTargetWasReached(long ones, ConstraintOutcome outcome) =>
        Assert.Equal(outcome, ReportedEpoch.Outcome(Spec, [Epoch(1, correct: 1, ones)]));

    [Fact]
    public void Outcome_IsUnconstrained_WithoutATarget() =>
        Assert.Equal(ConstraintOutcome.Unconstrained,
            ReportedEpoch.Outcome(Spec with { Sparsity = null }, [Epoch(1, correct: 1, ones: 50_000)]));

    private static EpochScore Epoch(int epoch, int correct, long ones) =>
        new() { Epoch = epoch, Correct = correct, Total = 10_000, Ones = ones, Weights = 100_000 };
}
