using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Tables;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Claims;

/// <summary>Tests the outcomes of claims, and the p-values from which they follow.</summary>
public sealed class ClaimEvaluationTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_FindsEachOutcome_ForEachKindOfClaim()
    {
        var results = await EvaluateAsync(ClaimsSweep.Source, ClaimsSweep.EveryKind);

        Assert.Equal(
            [
                ClaimOutcome.Supported, ClaimOutcome.Refuted, ClaimOutcome.Supported, ClaimOutcome.Supported,
                ClaimOutcome.Refuted, ClaimOutcome.Supported, ClaimOutcome.Inconclusive, ClaimOutcome.ReducedScale,
                ClaimOutcome.NotRun, ClaimOutcome.Inconclusive, ClaimOutcome.Inconclusive, ClaimOutcome.Inconclusive,
                ClaimOutcome.Inconclusive,
            ],
            results.Select(static claim => claim.Outcome));
        Assert.Equal(["train-images 1000 (published: all)", "width 4 (published: 8)"],
            results[7].Reasons.Order(StringComparer.Ordinal));
        Assert.Equal(["waits: incomplete"], results[8].Reasons);
        Assert.Equal(["a test needs at least two seeds"], results[9].Reasons);
        Assert.Equal(["missed: target missed 1/2"], results[10].Reasons);
        Assert.Equal(["learning-rate 0.002 (published: 0.001)"], results[11].Reasons);
        Assert.All(results.Take(7).Append(results[12]), static claim => Assert.Empty(claim.Reasons));
    }

    [Fact]
    public async Task Of_AppliesAPairedOneSidedTest_AndHolmsCorrection()
    {
        var results = await EvaluateAsync(ClaimsSweep.Source,
            new ClaimSpec { Kind = ClaimKind.Above, Rows = ["baseline", "learned"] },
            new ClaimSpec { Kind = ClaimKind.Above, Rows = ["baseline", "learned"], Bound = 0.1m },
            new ClaimSpec { Kind = ClaimKind.Above, Rows = ["waits", "learned"] },
            new ClaimSpec { Kind = ClaimKind.AtLeast, Rows = ["learned"], Bound = 1 });

        // Differences by seed 0.20, 0.32, 0.35 and 0.29: mean 0.29, sd 0.064807, t = 8.9497 with 3 degrees of freedom,
        // p = 0.0014718 one-sided. With the bound 0.1 subtracted from each difference: t = 5.8635, p = 0.0049461.
        var (plain, leading) = (results[0], results[1]);
        Assert.True(plain.Test!.IsPaired);
        Assert.Equal(3, plain.Test.FamilySize);
        Assert.Equal(0.0014718, plain.Test.P, 1e-6);
        Assert.Equal(3 * plain.Test.P, plain.Test.AdjustedP, 1e-12);
        Assert.Equal(1 - plain.Test.P, plain.Test.Opposite, 1e-12);
        Assert.Equal(0.0049461, leading.Test!.P, 1e-6);
        Assert.Equal(2 * leading.Test.P, leading.Test.AdjustedP, 1e-12);
        Assert.Equal(plain.Value!.Value.Middle, leading.Value!.Value.Middle);
        Assert.Equal((double)plain.Value.Value.Low!, (double)leading.Value.Value.Low!, 1e-12);
        Assert.Null(results[3].Test);
    }

    [Fact]
    public async Task Of_RefutesAnOrder_WhenOnePairHasTheOppositeOrder()
    {
        var results = await EvaluateAsync(ClaimsSweep.Source,
            new ClaimSpec { Kind = ClaimKind.Rising, Rows = ["±β", "learned", "baseline"] },
            new ClaimSpec { Kind = ClaimKind.Rising, Rows = ["±β", "baseline", "learned"] });

        Assert.Equal([ClaimOutcome.Supported, ClaimOutcome.Refuted], results.Select(static claim => claim.Outcome));
        Assert.Equal(1 - results[1].Test!.Opposite / 2, results[1].Test!.P, 1e-12);
    }

    [Fact]
    public async Task Of_IsInconclusive_WhenTheSeedsDoNotDiffer()
    {
        var result = Assert.Single(await EvaluateAsync(ClaimsSweep.Source,
            new ClaimSpec { Kind = ClaimKind.Above, Metric = TableColumn.K0, Rows = ["learned", "±β"] }));

        Assert.Equal(ClaimOutcome.Inconclusive, result.Outcome);
        Assert.Equal(["the seeds do not differ, which leaves nothing to test"], result.Reasons);
    }

    [Fact]
    public async Task Of_ComparesTheScaleWithTheFullRecipe_WithoutPublishedRuns()
    {
        var result = Assert.Single(await EvaluateAsync(
            source: null, new ClaimSpec { Kind = ClaimKind.Above, Rows = ["learned", "±β"] }));

        Assert.Equal(ClaimOutcome.ReducedScale, result.Outcome);
        Assert.Equal(["epochs 3 (full recipe: 300)", "width 8 (full recipe: 64)"], result.Reasons);
    }

    [Fact]
    public async Task Of_ReturnsNoReason_WhenNothingWasRun()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await ClaimsSweep.RecordAsync(ledger, ClaimsSweep.Source, ClaimsSweep.EveryKind);

        Assert.All(SweepTable.Of(outcome with { Trials = [] }).Claims, static claim =>
            Assert.Equal((ClaimOutcome.NotRun, 0), (claim.Outcome, claim.Reasons.Count)));
    }

    [Fact]
    public async Task Of_IsEmpty_WithoutClaims()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await ClaimsSweep.RecordAsync(ledger, ClaimsSweep.Source);

        Assert.Empty(SweepTable.Of(outcome with { Table = outcome.Table with { Claims = null } }).Claims);
    }

    private async Task<IReadOnlyList<ClaimResult>> EvaluateAsync(PublishedSource? source, params ClaimSpec[] claims)
    {
        await using var ledger = await _folder.OpenAsync();
        return SweepTable.Of(await ClaimsSweep.RecordAsync(ledger, source, claims)).Claims;
    }
}
