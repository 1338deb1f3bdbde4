using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Tests that an interrupted trial ends with the same result, byte by byte, as an undisturbed trial.</summary>
public sealed class ResumeTests(PreparedSynthetic data) : IDisposable
{
    private const int Steps = 6;
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(DomainKind.Learned, PrecisionKind.Float32)]
    [InlineData(DomainKind.ClosedForm, PrecisionKind.Float32)]
    [InlineData(DomainKind.Learned, PrecisionKind.BFloat16)]
    public async Task Train_ProducesTheSameResult_WhenStoppedAtAnyStep(DomainKind domain, PrecisionKind precision)
    {
        var spec = Trials.Tiny(data) with { Domain = domain, Precision = precision };
        var undisturbed = await UndisturbedAsync(spec);
        for (var stopAfter = 1; stopAfter <= Steps; stopAfter++)
        {
            var folder = _folder.In($"{domain}-{stopAfter}");
            var assignment = Trials.Assign(folder, data.DataRoot, spec);
            Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(folder, assignment, stopAfter));
            Assert.False(File.Exists(new AttemptFolder(folder).Result));
            Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
            Assert.Equal(undisturbed, Trials.ResultText(folder));
        }
    }

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public async Task Train_ProducesTheSameResult_WhenStoppedAfterEveryStep(ModelKind model, MethodKind method)
    {
        // Subbit updates its patterns at the 25th step. Only one of the three Subbit methods is tested for that long.
        var steps = method == MethodKind.Subbit056 ? 27 : Steps;
        var spec = Trials.Tiny(data, model, method) with { Epochs = steps / 3 };
        var folder = _folder.In("each");
        await Trials.AssertResumesAsync(_folder.In("undisturbed"), folder, data.DataRoot, spec, steps);
        Assert.Null(Trials.Result(folder).WhyNotOf(TrialKey.Of(spec)));
        Assert.True(new AttemptFolder(folder).Checkpoints().Count <= 2);
        Assert.Equal(Enumerable.Range(1, Trials.Events(folder).Count), Trials.Events(folder)
            .Select(e => (int)e.Sequence));
    }

    [Fact]
    public async Task Train_UsesThePreviousCheckpoint_WhenTheNewestIsTruncated()
    {
        var spec = Trials.Tiny(data);
        var folder = _folder.In("torn");
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        await Trials.TrainAsync(folder, assignment, stopAfter: 2);
        await Trials.TrainAsync(folder, assignment, stopAfter: 2);
        var checkpoints = new AttemptFolder(folder).Checkpoints();
        Assert.Equal(["checkpoint-000001-00000001.sbnn", "checkpoint-000001-00000000.sbnn"],
            checkpoints.Select(Path.GetFileName));
        await using (var newest = new FileStream(checkpoints[0], FileMode.Open)) newest.SetLength(newest.Length / 2);

        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
        Assert.Equal(1, Trials.Events(folder).OfType<TrialStarted>().Last().ResumedAtEpoch);
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(folder));
    }

    [Fact]
    public async Task Train_StartsOverAndReportsWhy_WhenEveryCheckpointIsTruncated()
    {
        var spec = Trials.Tiny(data);
        var folder = _folder.In("all-torn");
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        await Trials.TrainAsync(folder, assignment, stopAfter: 5);
        foreach (var path in new AttemptFolder(folder).Checkpoints())
            await File.WriteAllBytesAsync(path, [1, 2, 3], Cancellation);

        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
        var started = Trials.Events(folder).OfType<TrialStarted>().Last();
        Assert.Null(started.ResumedAtEpoch);
        Assert.Contains("the file is not a checkpoint", started.StartedAfreshBecause, StringComparison.Ordinal);
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(folder));
    }

    [Fact]
    public async Task Train_RemovesCheckpoints_OfAnotherDeviceClass()
    {
        var spec = Trials.Tiny(data);
        var folder = _folder.In("moved");
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        await Trials.TrainAsync(folder, assignment, stopAfter: 5);
        var newest = new AttemptFolder(folder).Checkpoints()[0];
        Assert.True(CheckpointFile.TryRead(newest, out var header, out var payload, out _));
        CheckpointFile.Write(newest,
            header.Replace("\"deviceClass\":\"cpu ", "\"deviceClass\":\"cuda ", StringComparison.Ordinal),
            payload.ToArray());
        File.Delete(new AttemptFolder(folder).Checkpoints()[1]);

        Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(folder, assignment, stopAfter: 1));
        Assert.Contains("'cuda ", Trials.Events(folder).OfType<TrialStarted>().Last().StartedAfreshBecause,
            StringComparison.Ordinal);
        Assert.Equal(["checkpoint-000000-00000001.sbnn"], new AttemptFolder(folder).Checkpoints()
            .Select(Path.GetFileName));
    }

    [Fact]
    public async Task Train_DoesNotUseACheckpoint_OfAnotherTrial()
    {
        var folder = _folder.In("other");
        await Trials.TrainAsync(folder, Trials.Assign(folder, data.DataRoot, Trials.Tiny(data) with { Seed = 8 }),
            stopAfter: 4);
        var assignment = Trials.Assign(folder, data.DataRoot, Trials.Tiny(data));
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment));
        Assert.Contains("belongs to trial", Trials.Events(folder).OfType<TrialStarted>().Last().StartedAfreshBecause,
            StringComparison.Ordinal);
        Assert.Equal(await UndisturbedAsync(assignment.Spec), Trials.ResultText(folder));
    }

    [Fact]
    public async Task Train_WritesACheckpoint_WhenTheLeaseExpires()
    {
        var spec = Trials.Tiny(data);
        var folder = _folder.In("lease");
        var assignment = Trials.Assign(folder, data.DataRoot, spec, leaseGrace: 5);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await File.WriteAllTextAsync(new AttemptFolder(folder).Lease, "1", Cancellation);
        Assert.Equal(AttemptEnding.LeaseExpired,
            await Trials.TrainAsync(
                folder, assignment, time: time, stepTrained: () => time.Advance(TimeSpan.FromSeconds(2))));

        // After the first three steps the lease is unchanged for 2, 4 and 6 s. The grace period is 5 s, so the third
        // step was the last one of the first run.
        var saved = Trials.Events(folder).OfType<CheckpointWritten>().Last();
        Assert.Equal((0, 3), (saved.Epoch, saved.Step));
        var counter = 1;
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment, time: time, stepTrained: () =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            File.WriteAllText(new AttemptFolder(folder).Lease, $"{++counter}");
        }));
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(folder));
    }

    [Fact]
    public async Task Train_WritesCheckpointsWithinAnEpoch_ByTheMonotonicClock()
    {
        var folder = _folder.In("timed");
        var assignment =
            Trials.Assign(folder, data.DataRoot, Trials.Tiny(data)) with { CheckpointEvery = TimeSpan.FromSeconds(3) };
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await Trials.TrainAsync(
            folder, assignment, time: time, stepTrained: () => time.Advance(TimeSpan.FromSeconds(2)));
        Assert.Equal([(0, 2), (1, 1), (1, 3)], Checkpoints(folder));
    }

    /// <summary>
    /// Checkpoints are written at 6 and 18 s. Those at 12 and 24 s are skipped, because they are less than ten seconds
    /// after the last one.
    /// </summary>
    [Fact]
    public async Task Train_SkipsACheckpoint_LessThanTenSecondsAfterTheLast()
    {
        var spec = Trials.Tiny(data) with { Epochs = 4 };
        var folder = _folder.In("short");
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        await Trials.TrainAsync(
            folder, assignment, time: time, stepTrained: () => time.Advance(TimeSpan.FromSeconds(2)));
        Assert.Equal([(1, 0), (3, 0)], Checkpoints(folder));
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(folder));
    }

    [Fact]
    public async Task Train_WritesACheckpointAfterItsFirstEpoch_WhenResumed()
    {
        var spec = Trials.Tiny(data) with { Epochs = 4 };
        var folder = _folder.In("again");
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(folder, assignment, stopAfter: 4, time: time));
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment, time: time));
        Assert.Equal([(1, 0), (1, 1), (2, 0)], Checkpoints(folder));
        Assert.Equal(await UndisturbedAsync(spec), Trials.ResultText(folder));
    }

    private static IEnumerable<(int Epoch, int Step)> Checkpoints(string folder) =>
        Trials.Events(folder).OfType<CheckpointWritten>().Select(static written => (written.Epoch, written.Step));

    private async Task<string> UndisturbedAsync(TrialSpec spec)
    {
        var folder = _folder.In($"undisturbed-{Guid.NewGuid():N}");
        Assert.Equal(AttemptEnding.Completed,
            await Trials.TrainAsync(folder, Trials.Assign(folder, data.DataRoot, spec)));
        return Trials.ResultText(folder);
    }
}
