using System.Text.Json;
using Sbnn.Sweeps.Reports.Statistics;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Statistics;

/// <summary>Compares our analysis of variance with that of statsmodels (<c>make-vectors.py</c>).</summary>
public sealed class AnalysisOfVarianceTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Of_AgreesWithStatsmodels_OnRandomTables()
    {
        var path = Repository.PathOf("tests", "Unit", "Reports", "Statistics", "variance-vectors.json");
        var tables = JsonSerializer.Deserialize<List<Table>>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
        Assert.Equal(1000, tables.Count);

        foreach (var (number, table) in tables.Index())
        {
            var cells = table.Levels.Aggregate(1, static (product, levels) => product * levels);
            var found = AnalysisOfVariance.Of(
                [.. table.Levels.Select(static (levels, i) => new VarianceFactor($"{i}", levels))],
                table.Top1.Count / cells, table.Top1)!;

            Assert.Equal(table.Effects.Count, found.Effects.Count);
            Assert.Equal(table.Top1.Count - 1,
                found.Effects.Sum(static effect => effect.Freedom) + (found.Residual?.Freedom ?? 0));
            AssertNear(table.Residual, (double?)found.Residual?.SumOfSquares, number);
            var total = table.Effects.Sum(static effect => effect[0]) + (table.Residual ?? 0);
            foreach (var (expected, effect) in table.Effects.Zip(found.Effects))
            {
                AssertNear(expected[0], (double)effect.SumOfSquares, number);
                AssertNear(expected[0] / total, (double)effect.EtaSquared, number);
                AssertNear(expected[1], effect.F, number);
                AssertNear(expected[2], effect.P, number);
            }
        }
    }

    [Fact]
    public void Of_TestsMainEffectsThenInteractions()
    {
        // By hand: the means are 11 and 15 of a, 12 and 14 of b, around 13; each cell is its mean ± 1.
        var found = AnalysisOfVariance.Of(
            [new("a", 2), new("b", 2)], replicates: 2, [9, 11, 11, 13, 13, 15, 15, 17])!;

        Assert.Equal(["a", "b", "a × b"], found.Effects.Select(static effect => effect.Name));
        Assert.Equal([32m, 8m, 0m], found.Effects.Select(static effect => effect.SumOfSquares));
        Assert.Equal((8m, 4, 48m), (found.Residual!.SumOfSquares, found.Residual.Freedom, found.Total));
        Assert.Equal([16, 4, 0], found.Effects.Select(static effect => effect.F!.Value));
        Assert.Equal([0.6m, 0.12m, -0.04m], found.Effects.Select(static effect => effect.OmegaSquared!.Value));
        // scipy.stats.f.sf(16, 1, 4), …, and three tests.
        Assert.Equal([0.0161300899, 0.1161165235, 1],
            found.Effects.Select(static effect => Math.Round(effect.P!.Value, 10)));
        Assert.Equal([0.0483902697, 0.232233047, 1],
            found.Effects.Select(static effect => Math.Round(effect.AdjustedP!.Value, 10)));
    }

    // scipy.stats.f.sf; small probabilities keep their digits.
    [Theory]
    [InlineData(1, 1, 100_000, 0.3173129275763669)]
    [InlineData(1.05, 500, 50_000, 0.2134650084827608)]
    [InlineData(30, 3, 5000, 3.240061404344348e-19)]
    [InlineData(400, 2, 12, 1.0417207161648874e-11)]
    [InlineData(0, 4, 9, 1)]
    public void UpperTail_AgreesWithScipy_OnLargeDesignsAndSmallProbabilities(
        double f, int effect, int residual, double expected) =>
        Assert.Equal(1, Fisher.UpperTail(f, effect, residual) / expected, Tolerance);

    [Fact]
    public void Of_HasNoTest_WithASingleReplicateOrWithoutSpread()
    {
        var single = AnalysisOfVariance.Of([new("a", 3)], replicates: 1, [90.1m, 90.2m, 90.3m])!;
        var equal = AnalysisOfVariance.Of([new("a", 2)], replicates: 2, [90m, 90m, 91m, 91m])!;

        Assert.Null(single.Residual);
        Assert.Equal(0, equal.Residual!.SumOfSquares);
        Assert.Equal((1, 1), (single.Effects[0].EtaSquared, equal.Effects[0].EtaSquared));
        Assert.All([single.Effects[0], equal.Effects[0]],
            static effect => Assert.Equal((null, null, null), (effect.F, effect.P, effect.AdjustedP)));
    }

    [Fact]
    public void Of_FindsNoSumsOfRoundingErrors_WhenOnlyOneFactorMatters()
    {
        // Thirds are not exact in decimals.
        var found = AnalysisOfVariance.Of(
            [new("a", 2), new("b", 3)], replicates: 2,
            [.. Enumerable.Range(0, 12).Select(static i => i / 6 * 100m / 3)])!;

        Assert.Equal([1m, 0m, 0m], found.Effects.Select(static effect =>
            effect.SumOfSquares == 0 ? 0 : Math.Round(effect.EtaSquared, 20)));
        Assert.Equal(0, found.Residual!.SumOfSquares);
    }

    [Fact]
    public void Of_IsNull_WhenAllValuesAreEqual() =>
        Assert.Null(AnalysisOfVariance.Of([new("a", 2)], replicates: 2, [90.1m, 90.1m, 90.1m, 90.1m]));

    [Theory]
    [InlineData(6, 63)]
    [InlineData(7, 7 + 21 + 1)]
    public void Of_PoolsHigherInteractions_OfMoreThanSixFactors(int factors, int lines)
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 2 << factors).Select(_ => (decimal)random.Next(9000, 9200) / 100).ToList();

        var found = AnalysisOfVariance.Of(
            [.. Enumerable.Range(0, factors).Select(static i => new VarianceFactor($"{i}", 2))], replicates: 2,
            values)!;

        Assert.Equal(lines, found.Effects.Count);
        Assert.Equal(factors == 7, found.Effects[^1].Name == AnalysisOfVariance.HigherInteractions);
        Assert.Equal((1 << factors) - 1, found.Effects.Sum(static effect => effect.Freedom));
        Assert.Equal(1m,
            Math.Round(found.Effects.Sum(static effect => effect.EtaSquared) + found.Residual!.EtaSquared, 20));
    }

    [Fact]
    public void Of_AgreesWithTheSumOfSingleInteractions_WhereItPoolsThem()
    {
        // A seventh factor without any effect leaves the interactions of the other six as they are.
        var random = new Random(2);
        var values = Enumerable.Range(0, 1 << 6).Select(_ => (decimal)random.Next(9000, 9200) / 100).ToList();
        var six = Enumerable.Range(0, 6).Select(static i => new VarianceFactor($"{i}", 2)).ToList();

        var single = AnalysisOfVariance.Of(six, replicates: 1, values)!;
        var pooled = AnalysisOfVariance.Of(
            [.. six, new("without effect", 2)], replicates: 1,
            [.. values.SelectMany(static value => new[] { value, value })])!;

        Assert.Equal(2 * Math.Round(single.Effects.Skip(6 + 15).Sum(static effect => effect.SumOfSquares), 15),
            Math.Round(pooled.Effects[^1].SumOfSquares, 14), 14);
    }

    [Fact]
    public void AdjustedP_RejectsAtMostFivePercentOfDesigns_WhereNothingHasAnEffect()
    {
        const int Designs = 4000;
        var random = new Random(1);
        var rejected = Enumerable.Range(0, Designs).Count(_ =>
            AnalysisOfVariance.Of([new("a", 2), new("b", 3), new("c", 2)], replicates: 2,
                    [.. Enumerable.Range(0, 24).Select(_ => Normal(random))])!
                .Effects.Any(static effect => effect.AdjustedP < 0.05));

        // The upper bound is 5 % plus three standard errors for this number of designs.
        Assert.InRange(rejected / (double)Designs, 0.005, 0.05 + (3 * Math.Sqrt(0.05 * 0.95 / Designs)));
    }

    // A normally distributed accuracy (Box-Muller) with two decimals.
    private static decimal Normal(Random random) => Math.Round(90 + (decimal)(0.5
        * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())), 2);

    private static void AssertNear(double? expected, double? found, int table) =>
        Assert.True(
            expected is { } value
                ? found is { } ours && Math.Abs(value - ours) <= Tolerance * Math.Max(1, Math.Abs(value))
                : found is null,
            $"table {table}: {found:R} instead of {expected:R}");

    private sealed record Table(
        IReadOnlyList<int> Levels, IReadOnlyList<decimal> Top1, IReadOnlyList<IReadOnlyList<double?>> Effects,
        double? Residual);
}
