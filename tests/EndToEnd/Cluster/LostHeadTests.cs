using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// Tests that nodes continue to train and no attempt is lost while the head is not available.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LostHeadTests : IDisposable
{
    private readonly HeadAndNodes _machines = new() { IsVerbose = true };

    public void Dispose() => _machines.Dispose();

    [Fact]
    public async Task Nodes_ReconnectAutomatically_WhenTheHeadIsKilledAndRestarted()
    {
        await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless", trials: 2));
        var before = await UntilBothTrainAsync();

        _machines.Head.Signal(Posix.SigKill);
        await _machines.Head.WaitAsync();
        await UntilTrainedForAsync(before, TimeSpan.FromSeconds(2)); // Training continues while no head runs.
        await _machines.StartHeadAsync();

        await _machines.UntilReadyAsync("a", "b");
        await AssertSameAttemptsAsync(before);
    }

    [Fact]
    public async Task Head_GivesUpNoAttempt_AfterBeingSuspendedLongerThanTheLease()
    {
        var (a, b) = await _machines.StartAllAsync();
        await _machines.SubmitAsync(ClusterSpecs.Endless("endless", trials: 2));
        var before = await UntilBothTrainAsync();

        _machines.Head.Signal(Signals.Stop);
        await UntilTrainedForAsync(before, _machines.Lease + TimeSpan.FromSeconds(2));
        await Eventually.UntilAsync(
            () => HasPrinted(a, "The head does not answer")
                && HasPrinted(b, "The head does not answer"), "both nodes to report it");
        _machines.Head.Signal(Signals.Continue);

        await AssertSameAttemptsAsync(before);
        await _machines.UntilReadyAsync("a", "b");
        Assert.DoesNotContain("is lost", _machines.Head.Stderr, StringComparison.Ordinal);
        await Eventually.UntilAsync(
            () => HasPrinted(a, "The head answers again")
                && HasPrinted(b, "The head answers again"), "both nodes to report it");

        static bool HasPrinted(RunningSbnn node, string words) => node.Stderr.Contains(words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_ExitsWith3_WhenItsHomeIsRemoved()
    {
        await _machines.StartHeadAsync();

        Directory.Move(_machines.HeadHome, $"{_machines.HeadHome}-removed");

        Assert.Equal(3, await _machines.Head.WaitAsync());
        Assert.Contains(
            LedgerUnavailableException.OfLoss($"{_machines.HeadHome}/ledger.db", "removed").Message,
            _machines.Head.Stderr, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<TrialProgress>> UntilBothTrainAsync() =>
        _machines.UntilAsync("endless", static trial => trial is { State: TrialState.Running, Epoch: > 0 },
            "both trials to train");

    // The times are those of the trainers' events, because the head does not record events meanwhile.
    private async Task UntilTrainedForAsync(IReadOnlyList<TrialProgress> trials, TimeSpan time)
    {
        var until = DateTimeOffset.UtcNow + time;
        await Eventually.UntilAsync(
            () => trials.All(trial => LastEventOf(trial) > until),
            $"the trainers to train for {time.TotalSeconds} s without the head");
    }

    private DateTimeOffset LastEventOf(TrialProgress trial)
    {
        var events = File.ReadAllText(_machines.FolderOf(trial.Node!.Value.Value, trial.AttemptId).Events).Split('\n');
        // The text after the last line break is empty or an incomplete line.
        return JsonSerializer.Deserialize<TrainerEvent>(events[^2], SbnnJson.Options)!.At;
    }

    private async Task AssertSameAttemptsAsync(IReadOnlyList<TrialProgress> before)
    {
        var trained = before.Max(static trial => trial.Epoch) + 5;
        var after = await _machines.UntilAsync("endless", trial => trial is { State: TrialState.Running }
            && trial.Epoch > trained, "both trials to continue");
        Assert.Equal(before.Select(static trial => (trial.AttemptId, trial.Node)),
            after.Select(static trial => (trial.AttemptId, trial.Node)));
        Assert.All(after, static trial => Assert.Equal(1, trial.Attempt));
        await _machines.AssertSoundAsync();
    }
}
