using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(9, 512)]
    [InlineData(10, 600)]
    [InlineData(100, 600)]
    [InlineData(int.MaxValue, 600)]
    public void After_DoublesTheBackoff_UpToTheLongest(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds),
            Backoff.After(failures, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10)));
}
