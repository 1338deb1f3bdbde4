using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Tests.Unit.Core;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("3h50m", 13_800)]
    [InlineData("7d", 604_800)]
    [InlineData("1d2h3m4s", 93_784)]
    public void Parse_ReadsADuration_ThatOfWritesAgain(string text, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.TryParse(text));
        Assert.Equal(text, DurationText.Of(TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Of_UsesTheGreatestUnits() =>
        Assert.Equal("1h30m", DurationText.Of(DurationText.TryParse("90m")!.Value));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("m")]
    [InlineData("50m3h")]
    [InlineData("1.5h")]
    [InlineData("-1h")]
    [InlineData("1h 2m")]
    [InlineData("1H")]
    [InlineData("1h\n")]
    [InlineData("9999999h")]
    [InlineData("١h")]
    public void Parse_ReturnsNull_WhenTheTextIsNotADuration(string text) => Assert.Null(DurationText.TryParse(text));
}
