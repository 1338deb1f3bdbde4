using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Rows;

public sealed class VerdictTests
{
    [Fact]
    public void Estimate_DividesByNMinusOne_ForTheStandardDeviation()
    {
        // Computed by hand: the mean is 91, the squared differences add up to 1 + 0 + 4 + 9 = 14, and √(14 / 3) =
        // √4.666….
        var estimate = Estimate.Of([90, 91, 89, 94])!;

        Assert.Equal((91m, 2.16024689946929m, 4), (estimate.Mean, estimate.Sd!.Value, estimate.Count));
        Assert.Null(Estimate.Of([]));
        Assert.Equal(new Estimate(90, null, 1), Estimate.Of([90]));
    }

    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(30, 2.0423)]
    [InlineData(31, 2.0395)]
    [InlineData(40, 2.0211)]
    [InlineData(120, 1.9799)]
    public void StudentT_MatchesPublishedTables(int freedom, double expected) =>
        Assert.Equal(expected, Student.Quantile95(freedom), tolerance: 0.0005);

    [Theory]
    [InlineData("88.93 89.03 88.83", "88.93", "reproduced")] // The difference is 0 ± 4.3027 · 0.1 / √3 = 0 ± 0.25.
    [InlineData("89.13 89.23 89.03", "88.93", "reproduced")] // 0.20 ± 0.25 ends at 0.45.
    [InlineData("89.23 89.33 89.13", "88.93", "underpowered")] // 0.30 ± 0.25 ends at 0.55.
    [InlineData("89.63 89.73 89.53", "88.93", "underpowered")] // 0.70 ± 0.25 begins at 0.45.
    [InlineData("89.73 89.83 89.63", "88.93", "not reproduced")] // 0.80 ± 0.25 begins at 0.55.
    [InlineData("88.13 88.23 88.03", "88.93", "not reproduced")] // −0.80 ± 0.25 ends at −0.55.
    [InlineData("88.93 90.93 86.93", "88.93", "underpowered")] // The interval is wide.
    [InlineData("89.43 89.43", "88.93", "reproduced")] // The difference is exactly 0.5, without spread.
    [InlineData("88.93", "88.93", "underpowered")] // One seed has no spread and therefore no interval.
    public void Judge_UsesTheWholeInterval(string ours, string published, string expected)
    {
        var estimate = Estimate.Of([.. ours.Split(' ').Select(Parse)])!;

        Assert.Equal(expected, VerdictExtensions.Judge(estimate.Interval.Less(Parse(published)), 0.5m).InWords());
    }

    [Theory]
    [InlineData("0.125", 2, "0.13", "+0.13")]
    [InlineData("-0.125", 2, "−0.13", "−0.13")]
    [InlineData("-0.004", 2, "0.00", "0.00")]
    [InlineData("0.004", 2, "0.00", "0.00")]
    [InlineData("88.9", 2, "88.90", "+88.90")]
    [InlineData("-63.25", 1, "−63.3", "−63.3")]
    public void NumberText_RoundsHalfAwayFromZero_WithoutASignForZero(
        string value, int decimals, string plain, string signed)
    {
        Assert.Equal(plain, NumberText.Fixed(Parse(value), decimals));
        Assert.Equal(signed, NumberText.Signed(Parse(value), decimals));
    }

    private static decimal Parse(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
