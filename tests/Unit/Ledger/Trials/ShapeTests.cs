using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

/// <summary>Tests the recorded memory and speed of each trial shape on each kind of device.</summary>
public sealed class ShapeTests : IDisposable
{
    private static readonly AttemptGpu Gpu = new("GPU-1", "A100");
    private static readonly NodeName Node = new("node");

    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial _trial = Sample.Trial();

    private TrialShape Shape => TrialShape.Of(_trial.Spec);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PrecisionKind.Float32, MethodKind.Sbnn, ModelKind.ResNet18, "resnet18/sbnn/8/512/float32")]
    [InlineData(PrecisionKind.BFloat16, MethodKind.IrNet, ModelKind.ReActNet18, "reactnet18/ir-net/8/512/bfloat16")]
    public async Task ReadOpen_ReturnsShapes_AsWritten(
        PrecisionKind precision, MethodKind method, ModelKind model, string shape)
    {
        var spec = Sample.Spec() with { Precision = precision, Method = method, Model = model };
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(
            Sample.Submission("sweep", new KeyedTrial(new TrialKey(new string('a', 64)), spec)));

        var read = Assert.Single((await ledger.Reader.ReadOpenAsync()).Waiting);
        Assert.Equal((shape, shape), (TrialShape.Of(spec).Text, read.Shape));
    }

    [Fact]
    public async Task ReadOpen_ReturnsTheDeviceLimits_OfTheSpec()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("plain", Sample.Trial(1)));
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("special", Sample.Trial(2)) with
        {
            Run = new RunSpec { Device = DeviceKind.Gpu, MemoryMiB = 6144, Exclusive = true },
        });

        var waiting = (await ledger.Reader.ReadOpenAsync()).Waiting;
        Assert.Equal([(DeviceKind.Any, 0, false), (DeviceKind.Gpu, 6144, true)],
            waiting.Select(static trial => (trial.Device, trial.MemoryMiB, trial.Exclusive)));
    }

    [Fact]
    public async Task StartAttempt_RecordsTheGpu()
    {
        await using var ledger = await StartAsync(Gpu);

        Assert.Equal("GPU-1", Assert.Single((await ledger.Reader.ReadOpenAsync()).Running).Gpu);
        Assert.Equal(Gpu, (await ledger.Reader.FindTrialAsync(_trial.Key))!.Gpu);
    }

    [Fact]
    public async Task RecordPeak_KeepsTheLargestPeak()
    {
        await using var ledger = await StartAsync(Gpu);

        Assert.True(await ledger.Writer.RecordPeakAsync(new ShapePeak(Shape, "A100", 3000)));
        Assert.False(await ledger.Writer.RecordPeakAsync(new ShapePeak(Shape, "A100", 2000)));
        await ledger.Writer.RecordPeakAsync(new ShapePeak(Shape, "H100", 100));

        Assert.Equal([new ShapePeak(Shape, "A100", 3000), new ShapePeak(Shape, "H100", 100)],
            (await ledger.Reader.ReadOpenAsync()).Peaks);
        Assert.Null(await ledger.Reader.FindPeakAsync(Shape, "V100"));
    }

    [Theory]
    [InlineData(80_000, 3750)]
    [InlineData(3500, 3500)] // The raised peak is at most the GPU's memory.
    public async Task EndAttempt_RaisesThePeak_WhenMemoryRanOut(int memory, int expected)
    {
        await using var ledger = await StartAsync(Gpu);
        await ledger.Writer.RecordPeakAsync(new ShapePeak(Shape, "A100", 3000));
        var end = Sample.Conclusion(AttemptEnding.OutOfMemory) with { MemoryMiB = memory };

        Assert.True(await ledger.Writer.EndAttemptAsync(new AttemptId(_trial.Key, 1), end));
        // A second end of the same attempt changes nothing.
        Assert.False(await ledger.Writer.EndAttemptAsync(new AttemptId(_trial.Key, 1), end));

        Assert.Equal(expected, (await ledger.Reader.FindPeakAsync(Shape, "A100"))!.PeakMiB);
        Assert.Equal(DeviceKind.Gpu, Assert.Single((await ledger.Reader.ReadOpenAsync()).Waiting).RanOutOn);
        Assert.Equal(DeviceKind.Gpu, (await ledger.Reader.FindTrialAsync(_trial.Key))!.RanOutOn);
    }

    [Fact]
    public async Task ReadOpen_ReturnsTheDeviceClass_OfTheLatestCheckpoint()
    {
        await using var ledger = await StartAsync(gpu: null);
        Assert.Null(Assert.Single((await ledger.Reader.ReadOpenAsync()).Running).Trial.ResumesOn);

        await ledger.Writer.RecordEventsAsync(new AttemptId(_trial.Key, 1),
            [Sample.Started(1), Sample.Trained(2, 1), Sample.Trained(3, 2), Sample.Saved(4, 2)]);
        await ledger.Writer.EndAttemptAsync(new AttemptId(_trial.Key, 1), Sample.Conclusion(AttemptEnding.Stopped));

        var waiting = Assert.Single((await ledger.Reader.ReadOpenAsync()).Waiting);
        Assert.Equal(("cpu: test, 1 thread", TimeSpan.FromSeconds(3)), (waiting.ResumesOn, waiting.Trained));
        var row = (await ledger.Reader.FindTrialAsync(_trial.Key))!;
        Assert.Equal(("cpu: test, 1 thread", TimeSpan.FromSeconds(3)), (row.ResumesOn, row.Trained));
        Assert.Equal("cpu: test, 1 thread",
            Assert.Single((await ledger.Reader.FindProgressAsync("sweep"))!.Trials).ResumesOn);
    }

    [Fact]
    public async Task EndAttempt_RecordsThatMemoryRanOut_OnACpu()
    {
        await using var ledger = await StartAsync(gpu: null);
        await ledger.Writer.EndAttemptAsync(new AttemptId(_trial.Key, 1), Sample.Conclusion(AttemptEnding.OutOfMemory));

        Assert.Equal(DeviceKind.Cpu, Assert.Single((await ledger.Reader.ReadOpenAsync()).Waiting).RanOutOn);
        Assert.Equal("0", _folder.Query("SELECT count(*) FROM shapes"));
    }

    [Theory]
    [InlineData(true, "A100: 325")]
    [InlineData(false, "cpu: test, 1 thread: 325")]
    public async Task RecordEvents_RecordsTheSpeed_ByDevice(bool isOnGpu, string expected)
    {
        await using var ledger = await StartAsync(isOnGpu ? Gpu : null);
        await ledger.Writer.RecordEventsAsync(new AttemptId(_trial.Key, 1),
        [
            Sample.Started(1),
            Sample.Trained(2, 1) with { ImagesPerSecond = 300 },
            Sample.Trained(3, 2) with { ImagesPerSecond = 400 },
            Sample.Trained(4, 3) with { ImagesPerSecond = double.NaN },
        ]);

        IReadOnlyCollection<string>? here = isOnGpu ? ["A100"] : null, elsewhere = isOnGpu ? null : ["A100"];
        Assert.Equal(325, Assert.Single(await ledger.Reader.ReadPacesAsync(here)).Value);
        Assert.Empty(await ledger.Reader.ReadPacesAsync(elsewhere));
        Assert.Equal((3, 3), EpochsOf(await ledger.Reader.ReadTrialsAsync(here)));
        Assert.Equal((3, 0), EpochsOf(await ledger.Reader.ReadTrialsAsync(elsewhere)));
        Assert.Equal(expected,
            _folder.Query("SELECT device || ': ' || CAST(images_per_second AS INTEGER) FROM shapes"));
    }

    private static (int, int) EpochsOf(IReadOnlyList<KnownTrial> trials) =>
        (Assert.Single(trials).Epoch, trials[0].TimedEpochs);

    private async Task<SweepLedger> StartAsync(AttemptGpu? gpu)
    {
        var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", _trial));
        await ledger.Writer.StartAttemptAsync(new AttemptId(_trial.Key, 1), Node, slot: 0, gpu: gpu);
        return ledger;
    }
}
