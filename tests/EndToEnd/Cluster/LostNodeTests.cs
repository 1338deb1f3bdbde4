using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests a node whose process or machine is killed or suspended without notice.</summary>
[SupportedOSPlatform("linux")]
public sealed class LostNodeTests : IDisposable
{
    private HeadAndNodes _machines = null!;

    public void Dispose() => _machines.Dispose();

    [Fact]
    public async Task Node_FindsItsTrainerAgain_WhenOnlyTheNodeIsKilled()
    {
        _machines = new HeadAndNodes { Grace = 60 };
        await _machines.StartHeadAsync();
        var node = _machines.StartNode("a");
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless"));
        var before = Assert.Single(await UntilTrainsAsync("endless"));
        var trainer = Assert.Single(_machines.TrainersOf("a"));

        node.Signal(Posix.SigKill);
        await node.WaitAsync();
        _machines.StartNode("a");

        var after = Assert.Single(
            await _machines.UntilAsync("endless", trial => trial.Epoch > before.Epoch + 10, "the trial to train"));
        Assert.Equal(trainer, Assert.Single(_machines.TrainersOf("a")));
        Assert.Equal(1, after.Attempt);
        await _machines.UntilReadyAsync("a");
    }

    [Fact]
    public async Task Trial_FinishesOnAnotherNode_WhenNodeAndTrainerAreKilled()
    {
        _machines = new HeadAndNodes();
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Moved);
        var lost = Assert.Single(await UntilTrainsAsync(ClusterSpecs.MovedName)).Node!.Value.Value;
        var node = lost == "a" ? a : b;

        node.Signal(Posix.SigKill);
        foreach (var trainer in _machines.TrainersOf(lost)) Posix.SignalGroup(trainer.Pid, Posix.SigKill);

        await _machines.AssertEndsAsUndisturbedAsync(ClusterSpecs.MovedName, await undisturbed);
        var trial = Assert.Single((await _machines.TrialsAsync(ClusterSpecs.MovedName))!);
        Assert.Equal((2, lost == "a" ? "b" : "a"), (trial.Attempt, trial.Node!.Value.Value));
        await _machines.AssertSoundAsync();
    }

    [Fact]
    public async Task Trial_FinishesOnAnotherNode_WhenItsNodeIsSuspendedLongerThanTheLease()
    {
        _machines = new HeadAndNodes();
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Moved);
        var lost = Assert.Single(await UntilTrainsAsync(ClusterSpecs.MovedName)).Node!.Value.Value;
        var node = lost == "a" ? a : b;

        node.Signal(Signals.Stop);
        await _machines.AssertEndsAsUndisturbedAsync(ClusterSpecs.MovedName, await undisturbed);
        // The suspended node did not renew the trainer's lease, so the trainer exited after the grace period.
        Assert.Empty(_machines.TrainersOf(lost));
        node.Signal(Signals.Continue);

        await _machines.UntilReadyAsync("a", "b");
        var trial = Assert.Single((await _machines.TrialsAsync(ClusterSpecs.MovedName))!);
        Assert.Equal((TrialState.Finished, 2, lost == "a" ? "b" : "a"),
            (trial.State, trial.Attempt, trial.Node!.Value.Value));
        await _machines.AssertSoundAsync();
    }

    private Task<IReadOnlyList<TrialProgress>> UntilTrainsAsync(string sweep) =>
        _machines.UntilAsync(
            sweep, static trial => trial is { State: TrialState.Running, Epoch: > 0 }, "the trial to train");
}
