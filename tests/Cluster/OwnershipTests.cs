using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests that a trial runs as long as an active sweep needs it, and no longer.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(DesiredState.Paused)]
    [InlineData(DesiredState.Cancelled)]
    public async Task SetDesiredState_StopsOnlyTrials_ThatNoOtherSweepNeeds(
        DesiredState desired)
    {
        var launcher = new FakeLauncher(4, static _ => new FakeTrainer());
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("one", 3, firstSeed: 1));
        // Both sweeps contain the trial with seed 3.
        await cluster.SubmitAsync(SweepCluster.Sweep("two", 3, firstSeed: 3));
        await cluster.UntilAsync("two", static p => p.Trials.Count(static t => t.State == TrialState.Running) == 2);

        var change = await cluster.Grains.GetGrain<ISweepGrain>("one").SetDesiredStateAsync(desired);

        Assert.Equal(new DesiredStateChange(DesiredState.Active, desired, Withdrawn: 0, Stopping: 2, Requeued: 0,
            Finished: 0), change);
        var one = await cluster.UntilAsync(
            "one", static p => p.Trials.Count(static t => t.State == TrialState.Withdrawn) == 2);
        Assert.Equal([TrialState.Withdrawn, TrialState.Withdrawn, TrialState.Running],
            one.Trials.Select(static t => t.State));
        // The other sweep's trials use the freed slots.
        await cluster.UntilAsync(
            "two", static p => p.Trials.All(static t => t is { State: TrialState.Running, Attempt: 1 }));
    }

    [Fact]
    public async Task Resume_StartsTheNextAttempt_AfterAPause()
    {
        var launcher = new FakeLauncher(
            1, static order => order.Id.Attempt == 1 ? new FakeTrainer() : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Running);
        var sweep = cluster.Grains.GetGrain<ISweepGrain>("sweep");
        await sweep.SetDesiredStateAsync(DesiredState.Paused);
        await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Withdrawn);

        await sweep.SetDesiredStateAsync(DesiredState.Active);

        var trial = Assert.Single(
            (await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Finished)).Trials);
        Assert.Equal(2, trial.Attempt);
    }

    [Fact]
    public async Task Resume_StartsTheNextAttempt_WhenTheTrainerHasNotExitedYet()
    {
        var launcher = new FakeLauncher(1, static order =>
            order.Id.Attempt == 1 ? new FakeTrainer { StopsWhenRequested = false } : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilAsync("sweep", _ => launcher.Launched.Count == 1);
        var sweep = cluster.Grains.GetGrain<ISweepGrain>("sweep");
        await sweep.SetDesiredStateAsync(DesiredState.Paused);
        var trainer = launcher.Trainers[0];
        await trainer.StopRequested.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        await sweep.SetDesiredStateAsync(DesiredState.Active);
        trainer.End(new AttemptEnd(AttemptEnding.Stopped, "stopped by request", 143));

        var trial = Assert.Single((await cluster.UntilSettledAsync("sweep")).Trials);
        Assert.Equal((TrialState.Finished, 2), (trial.State, trial.Attempt));
    }

    [Fact]
    public async Task SubmitAsync_StopsTrialsThatNoSweepNeeds_AndTrainsOnlyNewOnes()
    {
        var launcher = new FakeLauncher(
            3, static order => order.Spec.Seed == 2 ? new FakeTrainer() : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
        await cluster.UntilAsync("sweep", p => p.Trials[0].State == TrialState.Finished
            && launcher.Launched.Count == 2);

        var narrowed = await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        Assert.Equal((1, 1), (narrowed.Stopping, narrowed.Counts.Finished));
        await cluster.UntilTrialAsync(SweepCluster.Sweep("sweep", 2).Trials[1].Key, TrialState.Withdrawn);

        await cluster.SubmitAsync(
            SweepCluster.Sweep("sweep",
                4) with
            { Trials = [.. SweepCluster.Sweep("sweep", 4).Trials.Where(static t => t.Spec.Seed != 2)] });
        await cluster.UntilSettledAsync("sweep");

        // Seeds 1 and 2 are launched first, then 3 and 4; seed 1 is not trained again.
        Assert.Equal(4, launcher.Launched.Count);
    }

    [Fact]
    public async Task ChangePriority_TakesEffectImmediately()
    {
        var first = new FakeTrainer();
        var launcher = new FakeLauncher(1, order => order.Spec.Seed == 1 ? first : FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("a", 3, firstSeed: 1));
        await cluster.SubmitAsync(SweepCluster.Sweep("b", 2, firstSeed: 10));
        await cluster.UntilAsync("a", static p => p.Trials[0].State == TrialState.Running);

        Assert.Equal(0, await cluster.Grains.GetGrain<ISweepGrain>("a").ChangePriorityAsync(5));
        first.End(new AttemptEnd(AttemptEnding.Diverged, "ended by the test"));
        await cluster.UntilSettledAsync("a");
        await cluster.UntilSettledAsync("b");

        // Without the new priority a trial of sweep b would start next, because none of its trials runs.
        Assert.Equal([1, 2, 3, 10, 11], launcher.Orders.Select(static order => order.Spec.Seed));
    }

    [Fact]
    public async Task NewHead_StopsTrials_ThatWereCancelledWhileNoHeadRan()
    {
        var left = new FakeTrainer();
        var cluster = await SweepCluster.StartAsync(_folder, new FakeLauncher(1, _ => left));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Running);
        await cluster.DisposeAsync();
        await using (var ledger = await SweepLedger.OpenAsync(Path.Combine(_folder, "ledger.db"), TimeProvider.System))
            Assert.Equal(1, (await ledger.Writer.SetDesiredStateAsync("sweep", DesiredState.Cancelled))!.Stopping);

        // The new head orders the node to stop the attempt, so the node looks for its trainer. The node is not ordered
        // to run any attempt, so nothing is launched.
        var launcher = new FakeLauncher(1, static order => FakeTrainer.Finished(order));
        await using var again = await SweepCluster.StartAsync(_folder, launcher);
        var trial = Assert.Single(
            (await again.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Withdrawn)).Trials);

        Assert.Equal(1, trial.Attempt);
    }

    [Fact]
    public async Task Submit_AppliesChangedLimits_ToARunningAttempt()
    {
        var launcher = new FakeLauncher(1, static _ => new FakeTrainer());
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        var sweep = SweepCluster.Sweep("sweep", 1);
        await cluster.SubmitAsync(sweep);
        await Eventually.UntilAsync(() => launcher.Trainers.Count == 1, "a trainer to be launched");

        await cluster.SubmitAsync(
            sweep with { Run = sweep.Run with { HangAfter = TimeSpan.FromSeconds(420), MaxAttempts = 1 } });

        await Eventually.UntilAsync(() => launcher.Trainers[0].HangAfter == TimeSpan.FromMinutes(7),
            "the trainer to receive the changed limit");
        launcher.Trainers[0].End(new AttemptEnd(AttemptEnding.Crashed, "ended by the test", 1));
        Assert.Equal(TrialState.Failed, (await cluster.UntilSettledAsync("sweep")).Trials[0].State);
    }
}
