using System.Text.Json;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Reports.Statistics;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Statistics;

/// <summary>
/// Compares our tests of differences between rows with those of scipy and statsmodels (<c>make-vectors.py</c>).
/// </summary>
public sealed class RowComparisonTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Adjusted_AgreesWithScipyAndStatsmodels_OnRandomTables()
    {
        var path = Repository.PathOf("tests", "Unit", "Reports", "Statistics", "vectors.json");
        var tables = JsonSerializer.Deserialize<List<Table>>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
        Assert.Equal(1000, tables.Count);

        foreach (var (number, table) in tables.Index())
        {
            var baseline = Seeds(table.Baseline, first: 1);
            var compared = RowComparison.Adjusted(
                [.. table.Rows.Select(row => RowComparison.Of(Seeds(row.Top1, table.Paired ? 1 : 100), baseline))]);

            foreach (var (expected, found) in table.Rows.Zip(compared))
            {
                Assert.Equal(table.Paired, found!.IsPaired);
                Assert.Equal(table.Rows.Count, found.FamilySize);
                AssertNear(expected.P, found.P!.Value, number);
                AssertNear(expected.Holm, found.AdjustedP!.Value, number);
                AssertNear(expected.Low, (double)found.Difference.Low!.Value, number);
                AssertNear(expected.High, (double)found.Difference.High!.Value, number);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AdjustedP_RejectsAtMostFivePercentOfTables_WhenNothingDiffers(bool isPaired)
    {
        const int Tables = 4000;
        var random = new Random(1);
        var rejected = Enumerable.Range(0, Tables).Count(_ =>
        {
            var baseline = Draw(random, first: 1);
            var rows = Enumerable.Range(0, 4)
                .Select(_ => (RowComparison?)RowComparison.Of(Draw(random, isPaired ? 1 : 100), baseline)).ToList();
            return RowComparison.Adjusted(rows).Any(static row => row!.AdjustedP < 0.05);
        });

        // The upper bound is 5 % plus three standard errors of a share over this number of tables.
        Assert.InRange(rejected / (double)Tables, 0.005, 0.05 + (3 * Math.Sqrt(0.05 * 0.95 / Tables)));
    }

    [Fact]
    public void Of_ReturnsNoTest_WhenTheValuesAreEqual()
    {
        var single = RowComparison.Of([(1, 90m)], [(1, 91m)]);
        var equal = RowComparison.Of([(1, 90m), (2, 90m)], [(3, 91m), (4, 91m)]);

        Assert.Equal((-1m, null, null), (single.Difference.Middle, single.Difference.Low, single.P));
        Assert.Equal((-1m, null, null), (equal.Difference.Middle, equal.Difference.Low, equal.P));
        Assert.Equal([null, null], RowComparison.Adjusted([single, null]).Select(static row => row?.AdjustedP));
    }

    [Fact]
    public void Of_PairsValuesBySeed_InAnyOrder()
    {
        var forward = RowComparison.Of([(1, 90.1m), (2, 91.2m), (3, 89.9m)], [(1, 90m), (2, 91m), (3, 90m)]);
        var shuffled = RowComparison.Of([(3, 89.9m), (1, 90.1m), (2, 91.2m)], [(2, 91m), (3, 90m), (1, 90m)]);

        Assert.True(forward.IsPaired);
        Assert.Equal(forward, shuffled);
        Assert.False(RowComparison.Of([(1, 90.1m), (2, 91.2m)], [(1, 90m), (3, 91m)]).IsPaired);
    }

    [Fact]
    public void Of_ComparesAsUnpaired_WhenTheTableRequestsWelch()
    {
        (int, decimal)[] row = [(1, 90.1m), (2, 91.2m), (3, 89.9m)], baseline = [(1, 90m), (2, 91m), (3, 90m)];

        var welch = RowComparison.Of(row, baseline, RowTest.Welch);

        Assert.Equal(RowComparison.Of(row, [.. baseline.Select(static one => (one.Item1 + 100, one.Item2))]), welch);
        Assert.False(welch.IsPaired);
        Assert.NotEqual(RowComparison.Of(row, baseline).P, welch.P);
    }

    private static void AssertNear(double expected, double found, int table) =>
        Assert.True(Math.Abs(expected - found) <= Tolerance * Math.Max(1, Math.Abs(expected)),
            $"table {table}: {found:R} instead of {expected:R}");

    private static List<(int, decimal)> Seeds(IReadOnlyList<decimal> values, int first) =>
        [.. values.Select((value, i) => (first + i, value))];

    // Draws normally distributed accuracies (Box-Muller) with two decimals, which accuracies on 10,000 images have.
    private static List<(int, decimal)> Draw(Random random, int first) => Seeds(
        [
            .. Enumerable.Range(0, 5).Select(_ => Math.Round(90 + (decimal)(0.5
                * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())), 2)),
        ],
        first);

    private sealed record Table(bool Paired, IReadOnlyList<decimal> Baseline, IReadOnlyList<Row> Rows);

    private sealed record Row(IReadOnlyList<decimal> Top1, double Low, double High, double P, double Holm);
}
