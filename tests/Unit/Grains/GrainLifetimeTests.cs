using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Unit.Grains;

/// <summary>Tests that grains do not depend on Orleans' collection by age, which uses the wall clock.</summary>
public sealed class GrainLifetimeTests
{
    [Fact]
    public void Grains_AreNeverCollectedByAge()
    {
        var grains = typeof(ClusterTiming).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(Grain)) && !type.IsAbstract).ToList();

        Assert.Contains(grains, static type => type.Name == "TrialGrain");
        Assert.All(grains, static type => Assert.True(type.IsDefined(typeof(KeepAliveAttribute), inherit: false)));
    }
}
