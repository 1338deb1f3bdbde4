using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Unit.Grains;

public sealed class ClusterTimingValidatorTests
{
    private static readonly ClusterTimingValidator Validator = new();

    [Fact]
    public void Validate_Succeeds_ByDefault() => Assert.True(Validator.Validate(null, new ClusterTiming()).Succeeded);

    [Fact]
    public void Validate_Fails_WhenTheLeaseIsNotLongerThanTheGrace()
    {
        var result = Validator.Validate(null, new ClusterTiming { TrainerGrace = TimeSpan.FromMinutes(16) });

        Assert.Equal("NodeLease: 00:16:00 is not allowed (allowed: longer than TrainerGrace, which is 00:16:00)",
            result.FailureMessage);
    }

    [Fact]
    public void Validate_Fails_WhenATimeIsNotPositive() =>
        Assert.Equal("SyncEvery: 00:00:00 is not allowed (allowed: longer than zero)",
            Validator.Validate(null, new ClusterTiming { SyncEvery = TimeSpan.Zero }).FailureMessage);
}
