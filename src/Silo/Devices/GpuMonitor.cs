using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// Reads this machine's GPUs each second while trainers run on them, and every five seconds while none does. Which
/// program holds a GPU's memory cannot be read everywhere. So what is used while no trainer of this node is there
/// counts
/// as strangers', and what is used beyond that while one trainer is alone there counts as its own.
/// </summary>
/// <param name="gpus">The GPUs that are offered.</param>
/// <param name="smi">Reads them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class GpuMonitor(NodeGpus gpus, NvidiaSmi smi, TimeProvider time, ILogger<GpuMonitor> logger)
    : IAsyncDisposable
{
    private const int SlackMiB = 200; // Of a driver that keeps a little, and of strangers that come and go.
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Watched> _watched =
        gpus.Devices.ToDictionary(static device => device.Uuid, static _ => new Watched(), StringComparer.Ordinal);

    private Task _loop = Task.CompletedTask;
    private bool _isFailing;

    /// <summary>The number of the latest reading.</summary>
    public long Reading { get; private set; }

    /// <summary>Reads the GPUs of a node once, and begins to watch them; null when it offers none.</summary>
    public static async Task<GpuMonitor?> StartAsync(
        NodeGpus gpus, IServiceProvider services, TimeProvider time, CancellationToken cancellation)
    {
        if (gpus.Devices.Count == 0) return null;
        var monitor = new GpuMonitor(
            gpus, NvidiaSmi.OfMachine(time), time, services.GetRequiredService<ILogger<GpuMonitor>>());
        await monitor.ReadAsync(cancellation);
        monitor._loop = Task.Run(monitor.WatchAsync, CancellationToken.None);
        return monitor;
    }

    /// <summary>What this machine offers now.</summary>
    public NodeOffer OfferBeside(int cpuSlots)
    {
        lock (_gate) return new NodeOffer(cpuSlots, [.. gpus.Devices.Select(OfferOf)]);
    }

    /// <summary>The GPU of a UUID; null when it is not offered.</summary>
    public GpuDevice? Find(string uuid) => gpus.Find(uuid);

    /// <summary>Gives a trainer its place.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="isStarted">True for one that starts now; false for one that an earlier process left.</param>
    public GpuLease Enter(GpuDevice device, AttemptId attempt, bool isStarted)
    {
        lock (_gate)
        {
            var watched = _watched[device.Uuid];
            if (!isStarted && watched.Trainers.Count == 0) watched.StrangersMiB = null; // It may be what was seen.
            watched.Trainers[attempt] = new Trainer();
            if (!isStarted || watched.Trainers.Count > 1)
                foreach (var trainer in watched.Trainers.Values) trainer.IsAlone = false;
            return new GpuLease(this, device, attempt);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    internal void Leave(GpuDevice device, AttemptId attempt)
    {
        lock (_gate) _watched[device.Uuid].Trainers.Remove(attempt);
    }

    internal int? PeakOf(GpuDevice device, AttemptId attempt)
    {
        lock (_gate)
        {
            var trainer = _watched[device.Uuid].Trainers.GetValueOrDefault(attempt);
            return trainer is { IsAlone: true, PeakMiB: > 0 and var peak } ? peak : null;
        }
    }

    internal bool IsMemoryGone(GpuDevice device, AttemptId attempt, long since)
    {
        lock (_gate)
        {
            var watched = _watched[device.Uuid];
            if (watched.UsedMiB is not { } used) return true;
            var isShared = watched.Trainers.Keys.Any(other => other != attempt);
            return Reading > since
                && (isShared || watched.StrangersMiB is not { } strangers || used <= strangers + SlackMiB);
        }
    }

    internal async Task ReadAsync(CancellationToken cancellation)
    {
        var inventory = await smi.ReadAsync(cancellation);
        if (inventory.Gpus.Count == 0 && !_isFailing) LogNotRead(inventory.Problem ?? "it lists no GPU");
        _isFailing = inventory.Gpus.Count == 0;
        lock (_gate)
        {
            Reading++;
            var read = inventory.Gpus.ToDictionary(static gpu => gpu.Device.Uuid, StringComparer.Ordinal);
            foreach (var (uuid, watched) in _watched) watched.Note(read.GetValueOrDefault(uuid));
        }
    }

    private GpuOffer OfferOf(GpuDevice device)
    {
        var watched = _watched[device.Uuid];
        return new GpuOffer(device.Uuid, device.Name, device.MemoryMiB, gpus.SlotsOf(device))
        {
            ReserveMiB = gpus.ReserveMiB,
            StrangersMiB = watched.StrangersMiB ?? 0,
            UsedMiB = watched.UsedMiB,
            UtilizationPercent = watched.UtilizationPercent,
        };
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                // Looked at each second, so that a trainer that starts is watched at once.
                for (var waited = TimeSpan.Zero; waited < (IsBusy() ? Busy : Idle); waited += Busy)
                    await Task.Delay(Busy, time, _stopping.Token);
                await ReadAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node ends.
        }
    }

    private bool IsBusy()
    {
        lock (_gate) return _watched.Values.Any(static watched => watched.Trainers.Count > 0);
    }

    [LoggerMessage(LogLevel.Warning, "The GPUs cannot be read, so their memory is not watched: {Reason}")]
    private partial void LogNotRead(string reason);

    private sealed class Watched
    {
        public Dictionary<AttemptId, Trainer> Trainers { get; } = [];

        public int? UsedMiB { get; private set; }

        public int? UtilizationPercent { get; private set; }

        /// <summary>Null when it was never seen without a trainer of ours.</summary>
        public int? StrangersMiB { get; set; }

        public void Note(GpuReading? read)
        {
            (UsedMiB, UtilizationPercent) = (read?.UsedMiB, read?.UtilizationPercent);
            if (UsedMiB is not { } used) return;
            if (Trainers.Count == 0) StrangersMiB = used;
            else if (Trainers.Count == 1 && StrangersMiB is { } strangers)
                foreach (var trainer in Trainers.Values) trainer.PeakMiB = Math.Max(trainer.PeakMiB, used - strangers);
        }
    }

    private sealed class Trainer
    {
        public bool IsAlone { get; set; } = true;

        public int PeakMiB { get; set; }
    }
}
