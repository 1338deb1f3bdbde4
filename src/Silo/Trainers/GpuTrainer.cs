using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// A trainer on a GPU. Its end is reported once the trainer's GPU memory is free again, so that the next trial can use
/// that memory. A driver that keeps the memory delays this only until the timeout.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="lease">The trainer's use of the GPU.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class GpuTrainer(ITrainer trainer, GpuLease lease, TimeProvider time, ILogger logger) : ITrainer
{
    private static readonly TimeSpan MemoryTimeout = TimeSpan.FromSeconds(10);

    private bool _hasTrained;
    private (long At, long Reading)? _ended;
    private GpuUse? _last;

    /// <inheritdoc/>
    public TimeSpan HangAfter
    {
        set => trainer.HangAfter = value;
    }

    /// <summary>
    /// What the node measured on the GPU. The peak is known after a whole epoch, because an epoch contains every kind
    /// of training step, and after the GPU's memory ran out.
    /// </summary>
    public GpuUse? Gpu => _last ?? Use(_hasTrained);

    /// <inheritdoc/>
    public IReadOnlyList<TrainerEvent> ReadEvents(long after)
    {
        var events = trainer.ReadEvents(after);
        _hasTrained |= events.Any(static news => news is EpochCompleted);
        return events;
    }

    /// <inheritdoc/>
    public AttemptEnd? FindEnd()
    {
        if (trainer.FindEnd() is not { } end) return null;
        _ended ??= (time.GetTimestamp(), lease.Reading);
        var (at, reading) = _ended.Value;
        if (!lease.IsMemoryGone(reading))
        {
            if (time.GetElapsedTime(at) <= MemoryTimeout) return null;
            if (_last is null) LogMemoryKept(lease.Device.Uuid, Wording.Duration(MemoryTimeout));
        }

        _last ??= Use(_hasTrained || end.Ending is AttemptEnding.Completed or AttemptEnding.OutOfMemory);
        lease.Leave();
        return end;
    }

    /// <inheritdoc/>
    public void RenewLease() => trainer.RenewLease();

    /// <inheritdoc/>
    public void Stop() => trainer.Stop();

    /// <inheritdoc/>
    public void Prune() => trainer.Prune();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lease.Leave();
        return trainer.DisposeAsync();
    }

    private GpuUse Use(bool isPeakKnown) => new(lease.Device.MemoryMiB, isPeakKnown ? lease.PeakMiB : null);

    [LoggerMessage(LogLevel.Warning,
        "GPU {Gpu} still holds memory {Timeout} after its trainer ended; its slot is free nevertheless")]
    private partial void LogMemoryKept(string gpu, string timeout);
}
