using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// Reads this machine's GPUs every second while trainers run on them, and every five seconds otherwise. Not every
/// system reports which program holds a GPU's memory. Therefore memory that is in use while no trainer of this node
/// runs is attributed to other programs. Additional memory that is in use while a single trainer runs is attributed to
/// that trainer.
/// </summary>
/// <param name="gpus">The GPUs that the node offers.</param>
/// <param name="smi">Reads the GPUs.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class GpuMonitor(NodeGpus gpus, NvidiaSmi smi, TimeProvider time, ILogger<GpuMonitor> logger)
    : IAsyncDisposable
{
    // Tolerance for memory that the driver keeps, and for other programs that start and end.
    private const int ToleranceMiB = 200;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Watched> _watched =
        gpus.Devices.ToDictionary(static device => device.Uuid, static _ => new Watched(), StringComparer.Ordinal);

    private Task _loop = Task.CompletedTask;
    private bool _isFailing;

    /// <summary>The number of the latest reading of the GPUs: 1, 2, ….</summary>
    public long Reading { get; private set; }

    /// <summary>Reads the GPUs of a node once, and begins to watch them; null when the node offers none.</summary>
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

    /// <summary>What this machine offers now: the given CPU slots, and its GPUs.</summary>
    public NodeOffer OfferWith(int cpuSlots)
    {
        lock (_gate) return new NodeOffer(cpuSlots, [.. gpus.Devices.Select(OfferOf)]);
    }

    /// <summary>Finds a GPU by its UUID; null when the node does not offer it.</summary>
    public GpuDevice? Find(string uuid) => gpus.Find(uuid);

    /// <summary>Records a trainer on a GPU.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="isStarted">True for a trainer that starts now; false for one that an earlier process left
    /// running.</param>
    public GpuLease Enter(GpuDevice device, AttemptId attempt, bool isStarted)
    {
        lock (_gate)
        {
            var watched = _watched[device.Uuid];
            // The last reading may include the adopted trainer's memory, so the memory of other programs is unknown.
            if (!isStarted && watched.Trainers.Count == 0) watched.OtherProgramsMiB = null;
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
                && (isShared || watched.OtherProgramsMiB is not { } others || used <= others + ToleranceMiB);
        }
    }

    internal async Task ReadAsync(CancellationToken cancellation)
    {
        var inventory = await smi.ReadAsync(cancellation);
        if (inventory.Gpus.Count == 0 && !_isFailing) LogNotRead(inventory.Problem ?? "nvidia-smi lists no GPU");
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
            OtherProgramsMiB = watched.OtherProgramsMiB ?? 0,
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
                // The loop checks every second whether a trainer runs, so that it does not wait five seconds after a
                // trainer has started.
                for (var waited = TimeSpan.Zero; waited < (IsBusy() ? Busy : Idle); waited += Busy)
                    await Task.Delay(Busy, time, _stopping.Token);
                await ReadAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node's process is stopping.
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

        /// <summary>
        /// The memory of other programs; null until the GPU has been read while no trainer of this node ran on it.
        /// </summary>
        public int? OtherProgramsMiB { get; set; }

        public void Note(GpuReading? read)
        {
            (UsedMiB, UtilizationPercent) = (read?.UsedMiB, read?.UtilizationPercent);
            if (UsedMiB is not { } used) return;
            if (Trainers.Count == 0) OtherProgramsMiB = used;
            else if (Trainers.Count == 1 && OtherProgramsMiB is { } others)
                foreach (var trainer in Trainers.Values) trainer.PeakMiB = Math.Max(trainer.PeakMiB, used - others);
        }
    }

    private sealed class Trainer
    {
        public bool IsAlone { get; set; } = true;

        public int PeakMiB { get; set; }
    }
}
