using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests trials that share a GPU, from the first measurement to a trial that runs out of memory.</summary>
public sealed class GpuTests : IDisposable
{
    private const int MemoryMiB = 8192;

    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Trials_ShareAGpuOnceMeasured_ButAreRetriedAlone_WhenMemoryRanOut()
    {
        var launcher = new FakeLauncher(0, static _ => new FakeTrainer())
        {
            Offer = new NodeOffer(0, [new GpuOffer("GPU-a", "A100", MemoryMiB, Slots: 3) { ReserveMiB = 1024 }]),
        };
        await using var cluster = await SweepCluster.StartAsync(_folder, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 3));
        await WaitForTrainersAsync(launcher, 1);
        Assert.Equal(1, await cluster.Scheduler.CountOccupiedAsync());

        // The first epoch measures how much memory trials of this shape need: three of them fit on the GPU.
        var first = launcher.Trainers[0];
        var result = Results.Of(launcher.Orders[0].Id.Trial, launcher.Orders[0].Spec, correct: 90);
        first.Gpu = new GpuUse(MemoryMiB, 2000);
        first.Write([.. Results.Events(result).TakeWhile(static news => news is not TrialCompleted)]);
        await WaitForTrainersAsync(launcher, 3);
        Assert.All(launcher.Orders, static order => Assert.Equal("GPU-a", order.Gpu));

        var ranOut = launcher.Trainers[1];
        ranOut.Gpu = new GpuUse(MemoryMiB, PeakMiB: null);
        ranOut.End(new AttemptEnd(AttemptEnding.OutOfMemory, "out of memory", 1));
        var trial = launcher.Orders[1].Id.Trial;
        await cluster.UntilAsync("sweep", progress => progress.Trials.Any(
            other => other.Key == trial && other is { State: TrialState.Waiting, RunsAlone: true }));
        Assert.Equal(2500, (await PeakAsync(cluster, launcher)).PeakMiB);

        Finish(launcher, 0);
        await cluster.UntilAsync(
            "sweep", static progress => progress.Trials.Any(static other => other.State == TrialState.Finished));
        Assert.Equal(3, launcher.Trainers.Count); // The other trial still holds its slot.
        Finish(launcher, 2);
        await WaitForTrainersAsync(launcher, 4);
        Assert.Equal(new AttemptId(trial, 2), launcher.Orders[3].Id);
        Assert.Equal(1, await cluster.Scheduler.CountOccupiedAsync());
        Finish(launcher, 3);
        await cluster.UntilSettledAsync("sweep");
    }

    private static async Task<ShapePeak> PeakAsync(SweepCluster cluster, FakeLauncher launcher) =>
        (await cluster.Reader.FindPeakAsync(TrialShape.Of(launcher.Orders[0].Spec), "A100"))!;

    private static void Finish(FakeLauncher launcher, int launched)
    {
        var finished = FakeTrainer.Finished(launcher.Orders[launched]);
        launcher.Trainers[launched].Write([.. finished.ReadEvents(0)]);
        launcher.Trainers[launched].End(finished.FindEnd()!);
    }

    private static async Task WaitForTrainersAsync(FakeLauncher launcher, int count)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (launcher.Trainers.Count < count) await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
