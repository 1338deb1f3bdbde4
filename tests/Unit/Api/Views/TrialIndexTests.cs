using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Tests the search in the settings of a sweep's trials.</summary>
public sealed class TrialIndexTests
{
    private static readonly KeyedTrial[] Trials =
    [
        .. from domain in (DomainKind[])[DomainKind.Symmetric, DomainKind.Learned]
           from sparsity in (decimal?[])[95, null, 9]
           from seed in (int[])[1, 2]
           select new TrialSpec { Domain = domain, Sparsity = sparsity, Seed = seed, Epochs = 7, DataDigest = "none" }
           into spec
           select new KeyedTrial(TrialKey.Of(spec), spec),
    ];

    private readonly TrialIndex _index = new(Trials);

    [Fact]
    public void Axes_HaveNumbersInAscendingOrder_BeforeWords()
    {
        Assert.Equal(["domain", "sparsity", "seed"], _index.Axes.Select(static axis => axis.Name));
        Assert.Equal(["9", "95", "none"], _index.Axes[1].Values);
        Assert.Equal(["symmetric", "learned"], _index.Axes[0].Values);
    }

    [Theory]
    [InlineData("learned", new[] { 6, 7, 8, 9, 10, 11 })]
    [InlineData("LEARN seed=2", new[] { 7, 9, 11 })]
    [InlineData("sparsity=9", new[] { 4, 5, 10, 11 })]
    [InlineData("sparsity=95.0 domain=symmetric", new[] { 0, 1 })]
    [InlineData("sparsity=none seed=1", new[] { 2, 8 })]
    [InlineData("epochs=8", new int[0])]
    [InlineData("nothing=1", new int[0])]
    [InlineData("closed", new int[0])]
    public void Find_ReturnsTheTrials_ThatMatchEachTerm(string text, int[] expected) =>
        Assert.Equal(expected, _index.Find(new TrialSearch(text)));

    [Fact]
    public void Find_ReturnsAllTrials_ForASettingThatAllShare() =>
        Assert.Equal(Trials.Length, _index.Find(new TrialSearch("epochs=7"))!.Count);

    [Fact]
    public void Find_ReturnsATrial_ForTheBeginningOfItsKey() =>
        Assert.Equal([3], _index.Find(new TrialSearch(Trials[3].Key.Hex[..10])));

    [Fact]
    public void Find_Sorts_ByValueAndThenInTheGridsOrder()
    {
        Assert.Equal(
            [4, 5, 10, 11, 0, 1, 6, 7, 2, 3, 8, 9], _index.Find(new TrialSearch("", "sparsity")));
        Assert.Equal([8, 6, 10], _index.Find(new TrialSearch("learned seed=1", "sparsity", IsDescending: true)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("unknown")]
    public void Find_ReturnsNull_WithoutTermsAndSetting(string? sortedBy) =>
        Assert.Null(_index.Find(new TrialSearch("  ", sortedBy)));
}
