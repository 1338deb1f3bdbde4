using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests nodes that cannot get a trial's images.</summary>
public sealed class LackedImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Trials_StartOnOtherNodes_UntilANodeHasTheirImages()
    {
        // Each slot starts one attempt before the head learns that the node lacks the images. These attempts do not
        // count as failures.
        FakeLauncher poor = null!;
        poor = new FakeLauncher(4, _ => LackAndEnd(poor));
        await using var cluster = await SweepCluster.StartAsync(
            _folder, new FakeLauncher(0, static _ => new FakeTrainer()));
        await using var node = JoinedNode.Start(cluster.Grains, "poor", poor);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 6));
        var waiting = await cluster.UntilAsync(
            "sweep", static progress => progress.Trials.Any(static trial => trial.Attempt == 1)
            && progress.Trials.All(static trial => trial.State == TrialState.Waiting));
        Assert.Contains(waiting.Trials, static trial => trial.Reason == "node poor has no images");

        await using (var rich = JoinedNode.Start(
            cluster.Grains, "rich", new FakeLauncher(1, static order => FakeTrainer.Finished(order))))
        {
            var settled = await cluster.UntilSettledAsync("sweep");
            Assert.All(settled.Trials,
                static trial => Assert.Equal((TrialState.Finished, "rich"), (trial.State, trial.Node?.Value)));
            Assert.All(settled.Trials, static trial => Assert.InRange(trial.Attempt, 1, 2));
        }

        var attempts = poor.Launched.Count;
        poor.LackedImages = [];
        // The node that has left is still assigned one trial until its lease expires.
        await cluster.SubmitAsync(SweepCluster.Sweep("next", 2, firstSeed: 10));
        await cluster.UntilAsync("next", _ => poor.Launched.Count > attempts); // The node receives trials again.
    }

    private static FakeTrainer LackAndEnd(FakeLauncher launcher)
    {
        launcher.LackedImages = ["none"]; // The sweep's images have the digest "none".
        var trainer = new FakeTrainer();
        trainer.End(new AttemptEnd(AttemptEnding.NodeLost, "node poor has no images") { LacksImages = true });
        return trainer;
    }
}
