using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests a node that leaves by itself.</summary>
[SupportedOSPlatform("linux")]
public sealed class NodeStayTests
{
    [Fact]
    public async Task Node_LeavesWithCheckpoints_WhenItsDeadlineMinusTheMarginHasCome()
    {
        using var machines = await StartAsync("--until", "40s", "--margin", "20s");
        await machines.SubmitAsync(ClusterSpecs.Endless("endless"));
        var node = machines.StartNode("a");

        var trial = Assert.Single(await machines.UntilAsync(
            "endless", static trial => trial is { State: TrialState.Running, Epoch: > 1 }, "the trial to train"));
        Assert.Equal(0, await node.WaitAsync());

        Assert.Matches("(?m)^this node leaves at .*, 20s before its deadline$", node.Stdout);
        Assert.Matches("(?m)^stopping, because the deadline .* minus the margin of 20s has come: trainers write "
            + "checkpoints$", node.Stderr);
        Assert.Empty(machines.TrainersOf("a"));
        var left = Assert.Single((await machines.TrialsAsync("endless"))!);
        Assert.Equal((TrialState.Waiting, 1), (left.State, left.Attempt));
        Assert.True(left.Epoch >= trial.Epoch);
    }

    [Fact]
    public async Task Node_Leaves_WhenItHasBeenIdleForTooLong()
    {
        using var machines = await StartAsync("--idle-exit", "15s");
        await machines.SubmitAsync(ClusterSpecs.Moved);
        var node = machines.StartNode("a");

        Assert.Equal(0, await node.WaitAsync());

        Assert.Contains("stopping, because no trainer has run on this node for 15s: ", node.Stderr,
            StringComparison.Ordinal);
        Assert.Equal(TrialState.Finished,
            Assert.Single((await machines.TrialsAsync(ClusterSpecs.MovedName))!).State);
    }

    private static async Task<HeadAndNodes> StartAsync(params string[] stay)
    {
        var machines = new HeadAndNodes { Grace = 60, Offer = ["--slots", "1", .. stay] };
        await machines.StartHeadAsync();
        return machines;
    }
}
