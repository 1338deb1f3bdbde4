using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.Core;

public sealed class SecondsJsonConverterTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("0.02")]
    [InlineData("0.25")]
    [InlineData("0.29")]
    [InlineData("1.1")]
    [InlineData("2")]
    [InlineData("300")]
    [InlineData("604800")]
    public void Write_ReproducesTheReadSeconds_Exactly(string seconds)
    {
        var json = $$"""{"maxAttempts":3,"priority":0,"backoffSeconds":{{seconds}},"checkpointEverySeconds":300,"hangAfterSeconds":3600}""";

        Assert.Equal(json,
            JsonSerializer.Serialize(JsonSerializer.Deserialize<RunSpec>(json, SbnnJson.Options), SbnnJson.Options));
    }

    [Fact]
    public void Read_Throws_WhenTheNumberIsNotADuration() =>
        Assert.Throws<JsonException>(static () =>
            JsonSerializer.Deserialize<RunSpec>("""{"backoffSeconds":1e300}""", SbnnJson.Options));
}
