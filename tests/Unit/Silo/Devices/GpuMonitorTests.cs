using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Devices;

/// <summary>Tests how readings of GPU memory are interpreted. A fake nvidia-smi prints the values of a test.</summary>
[SupportedOSPlatform("linux")]
public sealed class GpuMonitorTests : IDisposable
{
    private static readonly GpuDevice Device = new("GPU-a", 0, "A100", 40_000, "8.0", "550");

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogger _logger = new();
    private readonly GpuMonitor _monitor;

    public GpuMonitorTests()
    {
        var smi = Scripts.Write(_folder.In("smi"), $"cat '{_folder.In("said")}'");
        _monitor = new GpuMonitor(
            new NodeGpus([Device], SlotsPerGpu: 2, ReserveMiB: 700),
            new NvidiaSmi(smi, TimeSpan.FromMinutes(1), TimeProvider.System), TimeProvider.System,
            NullLogger<GpuMonitor>.Instance);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OfferWith_IncludesTheMeasurementsOfTheGpu_AfterAReading()
    {
        await ReadAsync(300);

        var offer = _monitor.OfferWith(cpuSlots: 3);
        var gpu = Assert.Single(offer.Gpus);
        Assert.Equal((3, 5), (offer.CpuSlots, offer.Slots));
        Assert.Equal(
            ("GPU-a", "A100", 40_000, 2, 700), (gpu.Uuid, gpu.Model, gpu.MemoryMiB, gpu.Slots, gpu.ReserveMiB));
        Assert.Equal((300, 300, 55, false),
            (gpu.UsedMiB, gpu.OtherProgramsMiB, gpu.UtilizationPercent, gpu.IsOccupied));
    }

    [Fact]
    public async Task OtherProgramsMiB_IsTheMemoryInUse_BeforeATrainerStarts()
    {
        await ReadAsync(900);
        _monitor.Enter(Device, Attempt(1), isStarted: true);
        await ReadAsync(9000);

        Assert.Equal((9000, 900, true), Strangers());
    }

    [Fact]
    public async Task OtherProgramsMiB_ExcludesATrainer_WhenAnEarlierProcessLeftIt()
    {
        await ReadAsync(9000);
        _monitor.Enter(Device, Attempt(1), isStarted: false);
        await ReadAsync(9000);

        Assert.Equal((9000, 0, false), Strangers());
    }

    [Fact]
    public async Task PeakMiB_IsTheMaximum_BeyondTheUseBeforeTheTrainer()
    {
        await ReadAsync(300);
        var lease = _monitor.Enter(Device, Attempt(1), isStarted: true);
        await ReadAsync(2300);
        await ReadAsync(5300);
        await ReadAsync(4300);

        Assert.Equal(5000, lease.PeakMiB);
    }

    [Fact]
    public async Task PeakMiB_IsUnknown_OnceAnotherTrainerSharesTheGpu()
    {
        await ReadAsync(0);
        var first = _monitor.Enter(Device, Attempt(1), isStarted: true);
        await ReadAsync(2000);
        var second = _monitor.Enter(Device, Attempt(2), isStarted: true);
        await ReadAsync(5000);
        first.Leave();
        await ReadAsync(3000);

        Assert.Equal((null, null), (first.PeakMiB, second.PeakMiB));
    }

    [Fact]
    public async Task PeakMiB_IsUnknown_WhenMemoryIsUnknown()
    {
        await ReadAsync(0);
        var lease = _monitor.Enter(Device, Attempt(1), isStarted: true);
        await SetOutputAsync("hello");

        Assert.Null(lease.PeakMiB);
        Assert.True(lease.IsMemoryGone(lease.Reading));
    }

    [Fact]
    public async Task FindEnd_WaitsUntilTheMemoryIsFree_AndReportsThePeak()
    {
        await ReadAsync(100);
        var (trainer, process) = Start(1);
        await ReadAsync(3100);
        Assert.Equal(new GpuUse(40_000, null), trainer.Gpu); // The peak is unknown before the first epoch.
        process.Events =
        [
            new EpochCompleted { Sequence = 1, At = default, Epoch = MadeUp.Epoch(1), Seconds = 1,
                ImagesPerSecond = 1 },
        ];
        trainer.ReadEvents(0);
        Assert.Equal(3000, trainer.Gpu!.PeakMiB);

        process.End = new AttemptEnd(AttemptEnding.Completed, "finished");
        Assert.Null(trainer.FindEnd());
        await ReadAsync(3100);
        Assert.Null(trainer.FindEnd());
        await ReadAsync(150);
        Assert.Equal(AttemptEnding.Completed, trainer.FindEnd()!.Ending);
        Assert.Equal(new GpuUse(40_000, 3000), trainer.Gpu);
        await ReadAsync(250);
        // The memory of the ended trainer is free, so only other programs use the GPU.
        Assert.Equal(250, Strangers().Strangers);
    }

    [Fact]
    public async Task FindEnd_ReturnsAndWarns_WhenTheMemoryStaysInUse()
    {
        await ReadAsync(0);
        var (trainer, process) = Start(1);
        process.End = new AttemptEnd(AttemptEnding.Killed, "killed");
        Assert.Null(trainer.FindEnd());
        await ReadAsync(3000);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(trainer.FindEnd());
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(trainer.FindEnd());
        Assert.NotNull(trainer.FindEnd());
        Assert.Equal(
            "GPU GPU-a still holds memory 10 s after its trainer ended; its slot is free nevertheless",
            Assert.Single(_logger.Collector.GetSnapshot()).Message);
    }

    [Theory]
    [InlineData(AttemptEnding.OutOfMemory, 3000)]
    [InlineData(AttemptEnding.Crashed, null)] // The trainer ended before its first epoch.
    [InlineData(AttemptEnding.Stopped, null)]
    public async Task Gpu_ReportsThePeak_WhenATrainerRanOutOfMemoryEarly(AttemptEnding ending, int? peak)
    {
        await ReadAsync(0);
        var (trainer, process) = Start(1);
        await ReadAsync(3000);
        process.End = new AttemptEnd(ending, "it ended");
        Assert.Null(trainer.FindEnd());
        await ReadAsync(0);

        Assert.NotNull(trainer.FindEnd());
        Assert.Equal(new GpuUse(40_000, peak), trainer.Gpu);
    }

    private (GpuTrainer Trainer, IdleTrainer Process) Start(int attempt)
    {
        var process = new IdleTrainer();
        var lease = _monitor.Enter(Device, Attempt(attempt), isStarted: true);
        return (new GpuTrainer(process, lease, _time, _logger), process);
    }

    private (int? Used, int Strangers, bool IsOccupied) Strangers()
    {
        var gpu = Assert.Single(_monitor.OfferWith(0).Gpus);
        return (gpu.UsedMiB, gpu.OtherProgramsMiB, gpu.IsOccupied);
    }

    private Task ReadAsync(int used) =>
        SetOutputAsync($"0, GPU-a, A100, 40000, {used}, 55, 8.0, 550, [N/A], Default, x");

    private async Task SetOutputAsync(string words)
    {
        await File.WriteAllTextAsync(_folder.In("said"), words, TestContext.Current.CancellationToken);
        await _monitor.ReadAsync(TestContext.Current.CancellationToken);
    }

    private static AttemptId Attempt(int number) => new(new TrialKey(new string('a', 64)), number);

    private sealed class IdleTrainer : ITrainer
    {
        public IReadOnlyList<TrainerEvent> Events { get; set; } = [];

        public AttemptEnd? End { get; set; }

        public TimeSpan HangAfter { get; set; }

        public IReadOnlyList<TrainerEvent> ReadEvents(long after) => Events;

        public AttemptEnd? FindEnd() => End;

        public void RenewLease()
        {
        }

        public void Stop()
        {
        }

        public void Prune()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
