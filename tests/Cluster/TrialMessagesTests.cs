using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>
/// Tests that lost, repeated, delayed and reordered messages of nodes, and lost answers, do not change the final
/// content of the ledger. Each trial's history is generated from its seed, so a failure can be reproduced.
/// </summary>
public sealed class TrialMessagesTests : IDisposable
{
    private const int Histories = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Ledger_EndsWithTheSameContent_ForAnyOrderLossAndRepetitionOfMessages()
    {
        await using var calm = await StartAsync("calm");
        await using var wild = await StartAsync("wild");
        var trials = (await calm.Reader.FindOutcomeAsync("sweep"))!.Trials.Select(static trial =>
            (trial.Key, trial.Spec)).ToList();

        await Task.WhenAll(trials.Select(trial => new TrialHistory(calm, trial.Key, trial.Spec).DeliverInOrderAsync()));
        await Task.WhenAll(
            trials.Select(trial => new TrialHistory(wild, trial.Key, trial.Spec)
                .DeliverInDisorderAsync(losesNodes: false)));

        foreach (var (key, spec) in trials)
            Assert.True(await DescribeAsync(calm, key) == await DescribeAsync(wild, key),
                $"the messages of seed {spec.Seed} changed the ledger's content");
        Assert.Empty(await wild.Reader.AuditAsync());
        Assert.Contains(trials, static trial => trial.Spec.Seed % 5 == 0); // Some of the trials must fail.
    }

    [Fact]
    public async Task Results_AreUnchanged_WhenLostNodesReportAgain()
    {
        await using var calm = await StartAsync("calm");
        await using var wild = await StartAsync("wild");
        var trials = (await calm.Reader.FindOutcomeAsync("sweep"))!.Trials.Where(static trial =>
            !TrialHistory.Fails(trial.Spec)).ToList();

        await Task.WhenAll(trials.Select(trial => new TrialHistory(calm, trial.Key, trial.Spec).DeliverInOrderAsync()));
        await Task.WhenAll(
            trials.Select(trial => new TrialHistory(wild, trial.Key, trial.Spec)
                .DeliverInDisorderAsync(losesNodes: true)));

        var (before, after) =
            (await calm.Reader.FindOutcomeAsync("sweep"), await wild.Reader.FindOutcomeAsync("sweep"));
        Assert.Equal(
            before!.Trials.Select(static trial => (trial.Key, trial.State, trial.ResultSha256)),
            after!.Trials.Select(static trial => (trial.Key, trial.State, trial.ResultSha256)));
        Assert.Empty(await wild.Reader.AuditAsync());
        Assert.Contains(after.Trials, static trial =>
            trial.Attempts.Any(static attempt => attempt.Ending == EnumWords.Of(AttemptEnding.NodeLost)));
    }

    // The only node has no slots, because the test itself acts as the scheduler and the nodes.
    private async Task<SweepCluster> StartAsync(string name)
    {
        var launcher = new FakeLauncher(0, static _ => new FakeTrainer());
        var cluster = await SweepCluster.StartAsync(
            Directory.CreateDirectory(Path.Combine(_folder, name)).FullName, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", Histories));
        return cluster;
    }

    // Returns everything that the ledger records of a trial except times.
    private static async Task<string> DescribeAsync(SweepCluster cluster, TrialKey key)
    {
        var row = await cluster.Reader.FindTrialAsync(key);
        var outcome = (await cluster.Reader.FindOutcomeAsync("sweep"))!.Trials.Single(trial => trial.Key == key);
        var attempts = outcome.Attempts.Select(static attempt => attempt with { StartedAt = default, EndedAt = null });
        return JsonSerializer.Serialize(
            new
            {
                row!.State,
                row.Attempt,
                row.Failures,
                row.LastSequence,
                row.HasProgressed,
                Outcome = outcome with { Attempts = [.. attempts] }
            }, SbnnJson.Options);
    }
}
