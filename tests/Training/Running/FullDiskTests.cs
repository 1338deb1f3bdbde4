using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Fills a real file system of four megabytes while a trial with two epochs of three steps writes its files there.
/// </summary>
public sealed class FullDiskTests(PreparedSynthetic data) : IDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private SmallDisk? _disk;

    private SmallDisk Disk => _disk ??= SmallDisk.MountOn(_folder.In("disk"), megabytes: 4);

    private string Folder => Path.Combine(Disk.Path, "attempt");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _disk?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Train_ProducesTheSameResult_WhenTheDiskIsFullAtACheckpoint()
    {
        var steps = 0;
        var assignment = Assign();

        // The disk is full when the checkpoint after the first epoch is written.
        var ending = await Trials.TrainAsync(Folder, assignment, stepTrained: () =>
        {
            if (++steps == 3) Disk.FillUp(leave: 64 << 10);
            if (steps == 4) Disk.MakeRoom();
        });

        Assert.Equal(AttemptEnding.Completed, ending);
        Assert.Equal(await UndisturbedAsync(), Trials.ResultText(Folder));
        Assert.Equal([2], Trials.Events(Folder).OfType<CheckpointWritten>().Select(static written => written.Epoch));
        Assert.Single(Directory.EnumerateFiles(Folder, "checkpoint-*")); // No incomplete checkpoint remains.
    }

    [Fact]
    public async Task Train_WritesEventsLater_WhenTheDiskIsFull()
    {
        var steps = 0;
        var spec = Trials.Tiny(data) with { Epochs = 3 };
        var assignment = Trials.Assign(Folder, data.DataRoot, spec);

        // The first page of the events file has room for the first epoch's event and a part of the second one.
        var ending = await Trials.TrainAsync(Folder, assignment, stepTrained: () =>
        {
            if (++steps == 3) Disk.FillUp();
            if (steps != 8) return;
            Assert.Equal(["TrialStarted", "EpochCompleted"], Kinds());
            Assert.EndsWith("\n", File.ReadAllText(new AttemptFolder(Folder).Events), StringComparison.Ordinal);
            Disk.MakeRoom();
        });

        Assert.Equal(AttemptEnding.Completed, ending);
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(Folder));
        Assert.Equal(["TrialStarted", "EpochCompleted", "EpochCompleted", "EpochCompleted", "CheckpointWritten",
            "TrialCompleted"], Kinds());
        Assert.Equal([1, 2, 3, 4, 5, 6], Trials.Events(Folder).Select(static news => news.Sequence));
    }

    [Fact]
    public async Task Train_WaitsForDiskSpace_ToWriteItsResultAndLastEvents()
    {
        var steps = 0;
        var assignment = Assign();
        var training = Task.Run(() => Trials.TrainAsync(Folder, assignment, time: _time, stepTrained: () =>
        {
            if (++steps == 6) Disk.FillUp();
        }), Cancellation);

        Assert.True(await UntilItWaitsAsync(training));
        _time.Advance(BetweenTries);
        Assert.True(await UntilItWaitsAsync(training));
        Assert.False(File.Exists(new AttemptFolder(Folder).Result));
        Disk.MakeRoom();
        _time.Advance(BetweenTries);

        Assert.Equal(AttemptEnding.Completed, await training);
        Assert.Equal(await UndisturbedAsync(), Trials.ResultText(Folder));
        Assert.Equal(["TrialStarted", "EpochCompleted", "CheckpointWritten", "EpochCompleted", "TrialCompleted"],
            Kinds());
    }

    [Fact]
    public async Task Train_ExitsWhileWaitingForDiskSpace_WhenItsLeaseExpires()
    {
        var steps = 0;
        var assignment = Assign(leaseGrace: 10);
        var training = Task.Run(() => Trials.TrainAsync(Folder, assignment, time: _time, stepTrained: () =>
        {
            if (++steps == 6) Disk.FillUp();
        }), Cancellation);

        while (await UntilItWaitsAsync(training)) _time.Advance(BetweenTries);

        Assert.Equal(AttemptEnding.LeaseExpired, await training);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Folder), static file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Disk.MakeRoom();
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(Folder, assignment));
        Assert.Equal(await UndisturbedAsync(), Trials.ResultText(Folder));
    }

    [Fact]
    public async Task Train_WaitsForDiskSpaceBeforeItBegins_UntilItIsStopped()
    {
        Assign();
        Disk.FillUp();
        using var stop = new CancellationTokenSource();
        var attempt = Task.Run(() => new Attempt(new AttemptFolder(Folder), _time).RunAsync(stop.Token), Cancellation);
        Assert.True(await UntilItWaitsAsync(attempt));
        // The trainer touches its lock file, which shows its node that it is alive.
        Assert.Equal(_time.GetUtcNow().UtcDateTime, File.GetLastWriteTimeUtc(new AttemptFolder(Folder).Lock));
        await stop.CancelAsync();
        Assert.Equal(TrainerExit.Stopped, await attempt);

        attempt = Task.Run(() => new Attempt(new AttemptFolder(Folder), _time).RunAsync(Cancellation), Cancellation);
        Assert.True(await UntilItWaitsAsync(attempt));
        Assert.False(File.Exists(new AttemptFolder(Folder).Process));
        Disk.MakeRoom();
        _time.Advance(BetweenTries);
        Assert.Equal(TrainerExit.Completed, await attempt);
    }

    [Fact]
    public async Task Train_DoesNotWaitForDiskSpace_InAResumeCheck()
    {
        var assignment = Assign() with { WaitsForRoom = false };
        var error = await Assert.ThrowsAsync<IOException>(() =>
            Trials.TrainAsync(Folder, assignment, stepTrained: () => Disk.FillUp()));
        Assert.True(DurableFile.IsDiskFull(error), error.Message);
    }

    private TrialAssignment Assign(double leaseGrace = 0) =>
        Trials.Assign(Folder, data.DataRoot, Trials.Tiny(data), leaseGrace);

    private IEnumerable<string> Kinds() => Trials.Events(Folder).Select(static news => news.GetType().Name);

    private async Task<string> UndisturbedAsync(TrialSpec? spec = null)
    {
        var folder = _folder.In("roomy");
        await Trials.TrainAsync(folder, Trials.Assign(folder, data.DataRoot, spec ?? Trials.Tiny(data)));
        return Trials.ResultText(folder);
    }

    // Returns true once the trainer waits for disk space; false when the training has ended instead.
    private async Task<bool> UntilItWaitsAsync(Task training)
    {
        while (!training.IsCompleted && !_time.HasTimer(BetweenTries)) await Task.Delay(5, Cancellation);
        return !training.IsCompleted;
    }
}
