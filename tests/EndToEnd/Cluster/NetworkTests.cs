using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests nodes that can reach the head but not each other, as if each were behind its own router.</summary>
[SupportedOSPlatform("linux")]
public sealed class NetworkTests : IDisposable
{
    private readonly NodeNetwork _network;
    private readonly HeadAndNodes _machines;

    public NetworkTests()
    {
        var made = NodeNetwork.TryCreate(["a", "b"], out var whyNot);
        Assert.SkipWhen(made is null, whyNot ?? "");
        _network = made!;
        _machines = new HeadAndNodes(_network.HeadAddress);
    }

    public void Dispose()
    {
        _machines.Dispose();
        _network.Dispose();
    }

    [Fact]
    public async Task Trial_FinishesOnAnotherNode_AndItsNodeRejoins_WhenTheNetworkIsCut()
    {
        var undisturbed = ClusterSpecs.ReportOfMovedAsync();
        await _machines.StartHeadAsync();
        foreach (var node in (string[])["a", "b"]) _machines.StartNode(node, prefix: _network.Within(node));
        await _machines.UntilReadyAsync("a", "b");
        await _machines.SubmitAsync(ClusterSpecs.Moved);
        var trained = await _machines.UntilAsync(
            ClusterSpecs.MovedName, static trial =>
                trial is { State: TrialState.Running, Epoch: > 0 }, "the trial to train");
        var (cut, other) = Assert.Single(trained).Node!.Value.Value == "a" ? ("a", "b") : ("b", "a");

        _network.SetLink(cut, isUp: false);
        await _machines.AssertEndsAsUndisturbedAsync(ClusterSpecs.MovedName, await undisturbed);
        _network.SetLink(cut, isUp: true);

        await _machines.UntilReadyAsync("a", "b");
        var trial = Assert.Single((await _machines.TrialsAsync(ClusterSpecs.MovedName))!);
        Assert.Equal((TrialState.Finished, 2, other), (trial.State, trial.Attempt, trial.Node!.Value.Value));
        await Eventually.UntilAsync(
            () => _machines.TrainersOf(cut).Count == 0, "the trainers of the cut-off node to exit");
        await _machines.AssertSoundAsync();
    }
}
