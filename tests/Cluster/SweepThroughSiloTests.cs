using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Cluster;

public sealed class SweepThroughSiloTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Submit_TrainsEachTrialOnce_AndCommitsItsResult()
    {
        var launcher = new FakeLauncher(slots: 3, order => FakeTrainer.Finished(order, correct: 80 + order.Spec.Seed));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);

        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", trials: 10));
        var progress = await cluster.UntilSettledAsync("sweep");

        Assert.All(progress.Trials,
            static trial => Assert.Equal((TrialState.Finished, 1, 2), (trial.State, trial.Attempt, trial.Epoch)));
        Assert.Equal(10, launcher.Launched.Distinct().Count());
        Assert.Equal(10, launcher.Launched.Count);
        var outcome = await cluster.Reader.FindOutcomeAsync("sweep");
        Assert.Equal(Enumerable.Range(81, 10), outcome!.Trials.Select(static trial => trial.Reported!.Correct));
    }

    [Fact]
    public async Task Crash_FailsTheTrial_AfterThreeAttemptsWithoutProgress()
    {
        var launcher = new FakeLauncher(1, static _ => FakeTrainer.Ended(AttemptEnding.Crashed));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);

        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);

        Assert.Equal((TrialState.Failed, 3), (trial.State, trial.Attempt));
        Assert.Equal("ended by the test: Crashed", trial.Reason);
    }

    [Fact]
    public async Task Crash_DoesNotCount_WhenItLeavesANewerCheckpoint()
    {
        var launcher = new FakeLauncher(1, static order =>
            order.Id.Attempt < 6 ? FakeTrainer.Ended(AttemptEnding.Killed, checkpoint: true)
                : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);

        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);

        Assert.Equal((TrialState.Finished, 6), (trial.State, trial.Attempt));
    }

    [Theory]
    [InlineData(AttemptEnding.Diverged)]
    [InlineData(AttemptEnding.BadInput)]
    public async Task FinalFailure_IsNotRetried_AndOtherTrialsContinue(
        AttemptEnding ending)
    {
        var launcher = new FakeLauncher(
            1, order => order.Spec.Seed == 1 ? FakeTrainer.Ended(ending) : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);

        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 3));
        var progress = await cluster.UntilSettledAsync("sweep");

        Assert.Equal([TrialState.Failed, TrialState.Finished, TrialState.Finished],
            progress.Trials.Select(static t => t.State));
        Assert.Equal(3, launcher.Launched.Count);
    }

    [Fact]
    public async Task Drain_StopsTrainersWithoutAFailure_AndStartsNoTrials()
    {
        var launcher = new FakeLauncher(2, static _ => new FakeTrainer());
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 4));
        await cluster.UntilAsync("sweep", p => p.Trials.Count(static t => t.State == TrialState.Running) == 2
            && launcher.Launched.Count == 2);

        await cluster.Scheduler.DrainAsync();
        var progress = await cluster.UntilAsync(
            "sweep", static p => p.Trials.All(static t => t.State == TrialState.Waiting));

        // The ledger records the ends a moment before the scheduler frees the slots.
        while (await cluster.Scheduler.CountOccupiedAsync() > 0)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Equal([1, 1, 0, 0], progress.Trials.Select(static t => t.Attempt));
        Assert.Equal(2, launcher.Launched.Count);
    }

    [Fact]
    public async Task NewSilo_ContinuesTheSweep_AndTrainsNoTrialTwice()
    {
        var running = new FakeTrainer();
        var first = new FakeLauncher(1, order => order.Spec.Seed == 1 ? FakeTrainer.Finished(order) : running);
        var cluster = await SweepCluster.StartAsync(_folder, first);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 3));
        await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Finished
            && p.Trials[1].State == TrialState.Running);
        await cluster.DisposeAsync();
        Assert.False(running.IsStopRequested); // A silo that shuts down leaves its trainers running.

        var second = new FakeLauncher(1, static order => FakeTrainer.Finished(order));
        await using var again = await SweepCluster.StartAsync(_folder, second);
        await again.SubmitAsync(SweepCluster.Sweep("sweep", 3));
        var progress = await again.UntilSettledAsync("sweep");

        Assert.All(progress.Trials,
            static trial => Assert.Equal((TrialState.Finished, 1), (trial.State, trial.Attempt)));
        Assert.Equal([(2, 1), (3, 1)],
            second.Launched.Select(id => (progress.Trials.Single(t => t.Key == id.Trial).Spec.Seed, id.Attempt)));
    }

    [Fact]
    public async Task SharedTrial_IsTrainedOnce()
    {
        var launcher = new FakeLauncher(2, static order => FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);

        await cluster.SubmitAsync(SweepCluster.Sweep("one", 3, firstSeed: 1));
        await cluster.SubmitAsync(SweepCluster.Sweep("two", 3, firstSeed: 2));
        await cluster.UntilSettledAsync("one");
        await cluster.UntilSettledAsync("two");

        Assert.Equal(4, launcher.Launched.Count);
    }

    [Fact]
    public async Task Report_ChangesNothing_WhenItIsStale()
    {
        var launcher = new FakeLauncher(1, static order =>
            order.Id.Attempt == 1 ? FakeTrainer.Ended(AttemptEnding.Crashed) : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);
        var grain = cluster.Grains.GetGrain<ITrialGrain>(trial.Key.Hex);

        var stale = await grain.ReportAsync(new NodeName("node"),
            new AttemptReport(
                1, [], new AttemptEnd(AttemptEnding.Completed, "late", 0, null, Results.Of(trial.Key, trial.Spec, 1))));
        await grain.LoseAsync(1, "late");
        await grain.ReportAsync(
            new NodeName("node"), new AttemptReport(2, [], new AttemptEnd(AttemptEnding.Crashed, "late")));

        Assert.True(stale.Stale);
        var after = Assert.Single((await cluster.Reader.FindProgressAsync("sweep"))!.Trials);
        Assert.Equal(trial with { EpochTime = null }, after with { EpochTime = null });
    }

    [Fact]
    public async Task LostAttempt_IsStopped_AndItsLaterReportsChangeNothing()
    {
        var stale = new FakeTrainer { StopsWhenRequested = false };
        var current = new FakeTrainer();
        var launcher = new FakeLauncher(1, order => order.Id.Attempt == 1 ? stale : current);
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = (await cluster.UntilAsync("sweep", _ => launcher.Launched.Count == 1)).Trials[0];

        await cluster.Grains.GetGrain<ITrialGrain>(trial.Key.Hex).LoseAsync(1, "given up by the test");
        await cluster.UntilAsync("sweep", static p => p.Trials[0] is { State: TrialState.Running, Attempt: 2 });
        await stale.StopRequested.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        var late = Results.Of(trial.Key, trial.Spec, correct: 1);
        stale.Write([.. Results.Events(late)]);
        stale.End(new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, late));
        await stale.Disposed.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var standing = (await cluster.Reader.FindProgressAsync("sweep"))!.Trials[0];
        Assert.Equal((TrialState.Running, 2, 0), (standing.State, standing.Attempt, standing.Epoch));
        var result = Results.Of(trial.Key, trial.Spec, correct: 90);
        current.Write([.. Results.Events(result)]);
        current.End(new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, result));
        await cluster.UntilSettledAsync("sweep");
        Assert.Equal(90, Assert.Single((await cluster.Reader.FindOutcomeAsync("sweep"))!.Trials).Reported!.Correct);
    }

    [Fact]
    public async Task Reports_AreKept_WhileAnotherProcessLocksTheLedger()
    {
        var trainer = new FakeTrainer();
        var launcher = new FakeLauncher(1, order => order.Spec.Seed == 1 ? trainer : FakeTrainer.Finished(order));
        await using var cluster =
            await SweepCluster.StartAsync(_folder, launcher, ledgerTimeout: TimeSpan.FromMilliseconds(100));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
        var trial = (await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Running)).Trials[0];

        using (var otherProcess =
            new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False"))
        {
            otherProcess.Open();
            otherProcess.Execute("BEGIN IMMEDIATE");
            var result = Results.Of(trial.Key, trial.Spec, correct: 90);
            trainer.Write([.. Results.Events(result)]);
            trainer.End(new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, result));
            var refused = await Assert.ThrowsAnyAsync<Exception>(
                () => cluster.Grains.GetGrain<ITrialGrain>(trial.Key.Hex)
                    .ReportAsync(new NodeName("node"), new AttemptReport(1, [.. Results.Events(result)], null)));
            Assert.Contains(LedgerUnavailableException.Locked, refused.Message, StringComparison.Ordinal);
            otherProcess.Execute("COMMIT");
        }

        var progress = await cluster.UntilSettledAsync("sweep");
        Assert.All(progress.Trials,
            static t => Assert.Equal((TrialState.Finished, 1, 2), (t.State, t.Attempt, t.Epoch)));
        Assert.Empty(await cluster.Reader.AuditAsync());
    }

    [Fact]
    public async Task Events_AreRecordedOnce_HoweverOftenTheyAreReported()
    {
        var trainer = new FakeTrainer();
        var launcher = new FakeLauncher(1, _ => trainer);
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = (await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Running)).Trials[0];
        TrainerEvent[] events = [.. Results.Events(Results.Of(trial.Key, trial.Spec, correct: 70))];

        trainer.Write(events[..2]);
        var progress = await cluster.UntilAsync("sweep", static p => p.Trials[0].Epoch == 1);
        await cluster.Grains.GetGrain<ITrialGrain>(trial.Key.Hex)
            .ReportAsync(new NodeName("node"), new AttemptReport(1, events[..2], null));

        Assert.Equal(69, progress.Trials[0].Correct);
        Assert.Equal(1, (await cluster.Reader.FindProgressAsync("sweep"))!.Trials[0].Epoch);
    }
}
