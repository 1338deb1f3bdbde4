using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

/// <summary>What a user is warned of before a sweep trains.</summary>
public sealed class SpecHintsTests
{
    [Fact]
    public void Of_AsksForPercent_WhenASparsityIsAFraction() => Assert.Equal(
        ["sparsity: 0.95 means 0.95 % of the weights; did you mean 95?"],
        SpecHints.Of([Sparse(0.95m), Sparse(0.95m), Sparse(95), Sparse(1), Sparse(0), Sparse(null)]));

    private static TrialSpec Sparse(decimal? sparsity) => new() { Sparsity = sparsity };
}
