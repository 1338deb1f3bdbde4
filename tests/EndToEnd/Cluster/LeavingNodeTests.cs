using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests a node that leaves, is removed, or is refused.</summary>
[SupportedOSPlatform("linux")]
public sealed class LeavingNodeTests : IDisposable
{
    // The lease, which is derived from the grace, is longer than these tests take, so it does not expire during a test.
    private readonly HeadAndNodes _machines = new() { Grace = 60 };

    public void Dispose() => _machines.Dispose();

    [Theory]
    [InlineData(Posix.SigTerm, "SIGTERM")]
    [InlineData(Signals.User1, "SIGUSR1")]
    public async Task Trial_ResumesOnAnotherNodeFromItsCheckpoint_WhenItsNodeLeaves(int signal, string name)
    {
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Moved);
        var (trial, left, other) = await UntilTrainsAsync(ClusterSpecs.MovedName);
        var node = left == "a" ? a : b;

        node.Signal(signal);

        Assert.Equal(0, await node.WaitAsync());
        Assert.Contains($"stopping, because {name} was received: trainers write checkpoints\n", node.Stderr,
            StringComparison.Ordinal);
        Assert.EndsWith("stopped\n", node.Stdout, StringComparison.Ordinal);
        Assert.Empty(_machines.TrainersOf(left));
        await _machines.AssertEndsAsUndisturbedAsync(ClusterSpecs.MovedName, await undisturbed);
        var moved = Assert.Single((await _machines.TrialsAsync(ClusterSpecs.MovedName))!);
        Assert.Equal((2, other), (moved.Attempt, moved.Node!.Value.Value));
        var started = (await _machines.RunVerbAsync("logs", trial.Hex, "--attempt", "2", "--file", "events"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options))
                .OfType<TrialStarted>();
        Assert.True(Assert.Single(started).ResumedAtEpoch > 0);
        await _machines.AssertSoundAsync();
    }

    [Fact]
    public async Task Trial_RunsOnAnotherNode_AndTrainersExit_WhenItsNodeIsRemoved()
    {
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless"));
        var (_, removed, other) = await UntilTrainsAsync("endless");

        Assert.Contains($"node {removed} is removed", await _machines.RunVerbAsync("nodes", "remove", removed),
            StringComparison.Ordinal);

        await _machines.UntilAsync(
            "endless", trial => trial is { State: TrialState.Running, Attempt: 2, Epoch: > 0 }
                && trial.Node!.Value.Value == other, "the trial to train elsewhere");
        await Eventually.UntilAsync(() => _machines.TrainersOf(removed).Count == 0,
            "the removed node's trainer to end");
        var node = removed == "a" ? a : b;
        await Eventually.UntilAsync(() => node.Stderr.Contains("has removed it", StringComparison.Ordinal),
            "the removed node to report the reason");
        Assert.False(node.HasExited);
    }

    [Fact]
    public async Task Node_IsRefusedWithTheReasonOnBothSides_WhenItsNameIsTaken()
    {
        const string Reason = "another machine joined as 'a' and was heard ";
        await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless", trials: 2));
        await _machines.UntilAsync("endless", static trial => trial is { State: TrialState.Running, Epoch: > 0 },
            "both trials to train");

        var second = _machines.StartNode("a", home: "second");

        await Eventually.UntilAsync(() => second.Stderr.Contains(Reason, StringComparison.Ordinal),
            "the second node to report why it is refused");
        await Eventually.UntilAsync(() => _machines.Head.Stderr.Contains(Reason, StringComparison.Ordinal),
            "the head to report the refusal");
        await Eventually.UntilAsync(
            async () => (await _machines.NodesAsync())!.Any(static node =>
                node is { Name: "a", State: Grains.NodeState.Ready }
                && node.Reason?.Contains(Reason, StringComparison.Ordinal) == true),
            "the list of nodes to show the refusal");
        Assert.Contains(Reason, await _machines.RunVerbAsync("nodes"), StringComparison.Ordinal);
        Assert.Empty(_machines.TrainersOf("second"));
        var trials = await _machines.UntilAsync(
            "endless", static trial => trial is { State: TrialState.Running, Epoch: > 5 }, "both trials to continue");
        Assert.All(trials, static trial => Assert.Equal(1, trial.Attempt));

        second.Signal(Posix.SigTerm);
        Assert.Equal(0, await second.WaitAsync());
    }

    private async Task<(TrialKey Trial, string Node, string Other)> UntilTrainsAsync(string sweep)
    {
        var trial = Assert.Single(
            await _machines.UntilAsync(sweep, static trial => trial is { State: TrialState.Running, Epoch: > 1 },
                "the trial to train"));
        var node = trial.Node!.Value.Value;
        return (trial.Key, node, node == "a" ? "b" : "a");
    }
}
