using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests that the cause of an attempt's end decides whether and how the trial is retried.</summary>
public sealed class RetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TrialOutOfMemory_IsRetriedAloneOnItsNode_AndItsWaitIsExplained()
    {
        var launcher = new FakeLauncher(2, static order => order.Spec.Seed == 1
            && order.Id.Attempt == 1 ? FakeTrainer.Ended(AttemptEnding.OutOfMemory) : new FakeTrainer());
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
        var waiting = await cluster.UntilAsync(
            "sweep", static p =>
                p.Trials[1].State == TrialState.Running && p.Trials[0] is { State: TrialState.Waiting, Attempt: 1 }
                && p.Trials[0].NotBefore < DateTimeOffset.UtcNow);
        Assert.True(waiting.Trials[0].RunsAlone);

        // The other sweep's trial would fit next to seed 2, but if it started, the node would not become idle for the
        // retry.
        await cluster.SubmitAsync(SweepCluster.Sweep("other", 1, firstSeed: 3));
        await WaitForTrainersAsync(launcher, 2);
        Finish(launcher, 2);
        await cluster.UntilAsync("sweep", static p => p.Trials[0] is { State: TrialState.Running, Attempt: 2 });
        await WaitForTrainersAsync(launcher, 3);
        Assert.DoesNotContain(launcher.Orders, static order => order.Spec.Seed == 3);
        Assert.Equal(1, await cluster.Scheduler.CountOccupiedAsync());

        Finish(launcher, 1);
        await cluster.UntilAsync("other", static p => p.Trials[0].State == TrialState.Running);
    }

    [Fact]
    public async Task NewHead_StartsNoOtherTrial_OnTheNodeOfATrialThatRunsAlone()
    {
        var first = new FakeLauncher(2,
            static order => order.Id.Attempt == 1 ? FakeTrainer.Ended(AttemptEnding.OutOfMemory) : new FakeTrainer());
        var cluster = await SweepCluster.StartAsync(_folder, first);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilAsync("sweep", static p => p.Trials[0] is { State: TrialState.Running, Attempt: 2 });
        await cluster.DisposeAsync();

        var second = new FakeLauncher(2, static _ => new FakeTrainer());
        await using var again = await SweepCluster.StartAsync(_folder, second);
        await again.SubmitAsync(SweepCluster.Sweep("other", 1, firstSeed: 9));
        await WaitForTrainersAsync(second, 1);
        Assert.Equal(1, await again.Scheduler.CountOccupiedAsync());
        second.Trainers[0].End(new AttemptEnd(AttemptEnding.Diverged, "ended by the test"));
        await WaitForTrainersAsync(second, 2);

        Assert.Equal([1, 9], second.Orders.Select(static order => order.Spec.Seed));
    }

    [Theory]
    [InlineData(AttemptEnding.Crashed)]
    [InlineData(AttemptEnding.Killed)]
    [InlineData(AttemptEnding.Hung)]
    [InlineData(AttemptEnding.OutOfMemory)]
    public async Task TrialFault_IsRetriedUpToTheLimit_AndTheFailureKeepsAllDetails(AttemptEnding ending)
    {
        var launcher = new FakeLauncher(1, _ => FakeTrainer.Ended(ending));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilSettledAsync("sweep");

        var failed = Assert.Single((await cluster.Reader.FindProgressAsync("sweep"))!.Trials);
        var failure = failed.Failure!;
        Assert.Equal(
            (3, "node", ending, $"ended by the test: {ending}", 1, "last words"),
            (failed.Attempt, failed.Node?.Value, failure.Ending, failed.Reason, failure.ExitCode,
                failure.StderrSummary));
    }

    [Fact]
    public async Task Launch_IsRetriedWithoutAFailure_WhenTheDiskIsFull()
    {
        const int NoSpaceLeft = 28;
        var tries = 0;
        var launcher = new FakeLauncher(1, order =>
            ++tries < 5 ? throw new IOException("No space left on device", NoSpaceLeft) : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);

        Assert.Equal((TrialState.Finished, 1), (trial.State, trial.Attempt));
        Assert.Equal(5, tries);
    }

    [Fact]
    public async Task Launch_UsesAnotherDeviceWithoutAFailure_WhenItsGpuIsNoLongerOffered()
    {
        var launcher = new FakeLauncher(1, static order => order.Id.Attempt < 5
            ? throw new DeviceGoneException("node node no longer offers GPU GPU-a")
            : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);

        // The trial has more attempts than its sweep allows failures, so the lost GPU did not count as a failure.
        Assert.Equal((TrialState.Finished, 5), (trial.State, trial.Attempt));
    }

    [Fact]
    public async Task Refresh_RecoversACommittedStart_WhenTheSchedulerGaveItUp()
    {
        var launcher = new FakeLauncher(
            1, static order => order.Spec.Seed == 1 ? new FakeTrainer() : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
        var waiting = (await cluster.UntilAsync("sweep",
            static p => p.Trials[0].State == TrialState.Running)).Trials[1];

        // Commits a start directly in the ledger, as if the scheduler had given the start up before it was committed.
        Assert.True(await cluster.Writer.StartAttemptAsync(new(waiting.Key, 1), new("node"), 0));
        await WaitForTrainersAsync(launcher, 1);
        Finish(launcher, 1);

        var trial = (await cluster.UntilAsync("sweep", static p => p.Trials[1].State == TrialState.Finished)).Trials[1];
        Assert.Equal(1, trial.Attempt);
    }

    [Fact]
    public async Task Submit_RequeuesATrial_WhenItsEarlierReleaseArrivesLate()
    {
        var launcher = new FakeLauncher(
            1, static order => order.Id.Attempt == 1 ? new FakeTrainer() : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await WaitForTrainersAsync(launcher, 1);
        var trial = launcher.Launched[0].Trial;

        // The attempt's end is committed and a resubmission makes the trial wait again. Then the release of the attempt
        // arrives late; it states that no sweep needs the trial.
        var end = new AttemptConclusion(AttemptEnding.Stopped, "ended by the test", null, null, TrialState.Waiting,
            Counts: false, NotBefore: null);
        Assert.True(await cluster.Writer.EndAttemptAsync(new(trial, 1), end));
        await cluster.Scheduler.RefreshAsync();
        await cluster.Scheduler.EndedAsync(new AttemptId(trial, 1), new AttemptFollowUp(IsOpen: false));

        await cluster.UntilSettledAsync("sweep");
    }

    [Fact]
    public async Task UnknownEndings_NeverCountAsFailures()
    {
        var launcher = new FakeLauncher(1, static order =>
            order.Id.Attempt <= 5 ? FakeTrainer.Ended(AttemptEnding.Unknown) : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));

        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);
        Assert.Equal((TrialState.Finished, 6), (trial.State, trial.Attempt));
    }

    [Fact]
    public async Task Attempt_EndsAsCrashed_WhenTheLedgerRefusesItsResult()
    {
        var launcher = new FakeLauncher(1, static order =>
        {
            if (order.Id.Attempt > 1) return FakeTrainer.Finished(order);
            var trainer = new FakeTrainer();
            trainer.End(new AttemptEnd(AttemptEnding.Completed, "finished", 0, null,
                Results.Of(order.Id.Trial, order.Spec, 90) with { BestEpoch = 99 }));
            return trainer;
        });
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilSettledAsync("sweep");

        var attempts = Assert.Single((await cluster.Reader.FindOutcomeAsync("sweep"))!.Trials).Attempts;
        Assert.Equal(["crashed", "completed"], attempts.Select(static attempt => attempt.Ending));
        Assert.EndsWith(": its best epoch is 99, but it has 2 epochs", attempts[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_WaitsAtMostTheLongestBackoff_WhenTheClockIsSetBack()
    {
        var sweep = SweepCluster.Sweep("sweep", 1);
        var cluster = await SweepCluster.StartAsync(_folder,
            new FakeLauncher(1, static _ => FakeTrainer.Ended(AttemptEnding.Crashed)),
            new ClockAhead(TimeSpan.FromDays(1)));
        await cluster.SubmitAsync(sweep with { Run = sweep.Run with { Backoff = TimeSpan.FromSeconds(600) } });
        await cluster.UntilAsync("sweep", static p => p.Trials[0] is { State: TrialState.Waiting, Attempt: 1 });
        await cluster.DisposeAsync();

        var launcher = new FakeLauncher(1, static order => FakeTrainer.Finished(order));
        await using var again =
            await SweepCluster.StartAsync(
                _folder, launcher, change: static timing => timing.LongestBackoff = TimeSpan.FromMilliseconds(100));
        var trial = Assert.Single(
            (await again.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Finished)).Trials);

        Assert.Equal(2, trial.Attempt);
    }

    [Fact]
    public async Task Checkpoints_AreRemoved_OnlyAfterTheResultIsCommitted()
    {
        var launcher = new FakeLauncher(2, static order =>
            order.Spec.Seed == 1 && order.Id.Attempt == 1 ? FakeTrainer.Ended(AttemptEnding.Killed, checkpoint: true)
                : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
        await cluster.UntilAsync("sweep", static p => p.Trials.All(static t => t.State == TrialState.Finished));

        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (launcher.Trainers.Count(static trainer => trainer.IsPruned) < 2)
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        var killed = Assert.Single(launcher.Trainers, static trainer => !trainer.IsPruned);
        Assert.Equal(AttemptEnding.Killed, killed.FindEnd()!.Ending);
    }

    private static void Finish(FakeLauncher launcher, int seed)
    {
        var index = launcher.Orders.Index().Last(launched => launched.Item.Spec.Seed == seed).Index;
        var finished = FakeTrainer.Finished(launcher.Orders[index]);
        launcher.Trainers[index].Write([.. finished.ReadEvents(0)]);
        launcher.Trainers[index].End(finished.FindEnd()!);
    }

    private static async Task WaitForTrainersAsync(FakeLauncher launcher, int count)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (launcher.Trainers.Count < count) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock whose time of day is ahead but whose elapsed times are correct.</summary>
    private sealed class ClockAhead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
