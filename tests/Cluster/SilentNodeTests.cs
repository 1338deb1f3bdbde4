using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests a node that synchronises once, is then silent, and synchronises again later.</summary>
public sealed class SilentNodeTests : IDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task SilentNode_GetsNoTrials_UntilItSynchronisesAgain()
    {
        var clock = new JumpingClock();
        await using var cluster = await SweepCluster.StartAsync(
            _folder, new FakeLauncher(1, static _ => new FakeTrainer()), clock, static timing =>
                (timing.TrainerGrace, timing.NodeLease) = (Lease / 2, Lease));
        // The silent node has the most free slots, so the first trial is assigned to it.
        await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("silent"), NodeOffer.OfCpu(5)));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        Assert.Equal("silent", (await UntilRunningAsync(cluster, "sweep", attempt: 1)).Node?.Value);

        await PassLeaseAsync(cluster, clock);
        Assert.Equal("node", (await UntilRunningAsync(cluster, "sweep", attempt: 2)).Node?.Value);

        await cluster.SubmitAsync(SweepCluster.Sweep("next", 1, firstSeed: 2));
        Assert.Equal(1, await cluster.Scheduler.CountOccupiedAsync());
        await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("silent"), NodeOffer.OfCpu(5)));
        Assert.Equal("silent", (await UntilRunningAsync(cluster, "next", attempt: 1)).Node?.Value);
    }

    [Fact]
    public async Task Head_KeepsItsNodes_AfterBeingSuspendedLongerThanALease()
    {
        var clock = new JumpingClock();
        await using var cluster = await SweepCluster.StartAsync(
            _folder, new FakeLauncher(1, static _ => new FakeTrainer()), clock, static timing =>
                (timing.TrainerGrace, timing.NodeLease) = (Lease / 2, Lease));
        await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("suspended"), NodeOffer.OfCpu(5)));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        Assert.Equal("suspended", (await UntilRunningAsync(cluster, "sweep", attempt: 1)).Node?.Value);

        // Head and node were suspended together. The head resumes first and hears only another node.
        clock.Jump(Lease * 3);
        await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("other"), NodeOffer.OfCpu(0)));
        clock.Jump(Lease * 0.4);
        var orders = await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("suspended"), NodeOffer.OfCpu(5)));
        Assert.Equal(1, Assert.Single(orders.Desired).Attempt.Attempt);
    }

    // Advances the clock by more than a lease, during which only another node synchronises.
    private static async Task PassLeaseAsync(SweepCluster cluster, JumpingClock clock)
    {
        for (var i = 0; i < 3; i++)
        {
            clock.Jump(Lease * 0.4);
            await cluster.Scheduler.SyncAsync(new NodeReport(new NodeName("other"), NodeOffer.OfCpu(0)));
        }
    }

    private static async Task<TrialProgress> UntilRunningAsync(SweepCluster cluster, string sweep, int attempt) =>
        (await cluster.UntilAsync(sweep, p => p.Trials[0].State == TrialState.Running
            && p.Trials[0].Attempt == attempt)).Trials[0];
}
