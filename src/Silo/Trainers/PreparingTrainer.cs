using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// A trainer that begins once its files are on this machine. Fetching the files may take minutes, during which the node
/// continues to report and synchronise. If the node dies during the fetch, no trainer has started, and the next attempt
/// fetches the files again.
/// </summary>
internal sealed class PreparingTrainer : ITrainer
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _starting;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private TimeSpan _hangAfter;
    private ITrainer? _trainer;
    private AttemptEnd? _end;

    /// <param name="fetch">Fetches the files that the trainer needs. Throws <see cref="FilesUnavailableException"/>
    /// when it cannot.</param>
    /// <param name="start">Starts the trainer. When the disk is full, throws an exception that
    /// <see cref="DurableFile.IsDiskFull"/> recognises.</param>
    /// <param name="node">The node, for messages.</param>
    /// <param name="changed">Called when the attempt ends before its trainer has begun.</param>
    /// <param name="hangAfter">How long the trainer may show no sign of life.</param>
    /// <param name="time">The clock.</param>
    public PreparingTrainer(
        Func<CancellationToken, Task> fetch, Func<ITrainer> start, NodeName node, Action changed,
        TimeSpan hangAfter, TimeProvider time)
    {
        (_time, _hangAfter) = (time, hangAfter);
        _starting = Task.Run(() => StartAsync(fetch, start, node, changed));
    }

    /// <inheritdoc/>
    public TimeSpan HangAfter
    {
        set
        {
            lock (_gate)
            {
                _hangAfter = value;
                if (_trainer is not null) _trainer.HangAfter = value;
            }
        }
    }

    private ITrainer? Trainer
    {
        get { lock (_gate) return _trainer; }
    }

    /// <inheritdoc/>
    public GpuUse? Gpu => Trainer?.Gpu;

    /// <inheritdoc/>
    public IReadOnlyList<TrainerEvent> ReadEvents(long after) => Trainer?.ReadEvents(after) ?? [];

    /// <inheritdoc/>
    public AttemptEnd? FindEnd()
    {
        lock (_gate) return _end ?? _trainer?.FindEnd();
    }

    /// <inheritdoc/>
    public void RenewLease() => Trainer?.RenewLease();

    /// <inheritdoc/>
    public void Stop()
    {
        if (Trainer is { } trainer) trainer.Stop();
        else _stop.Cancel();
    }

    /// <inheritdoc/>
    public void Prune() => Trainer?.Prune();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _starting;
        if (Trainer is { } trainer) await trainer.DisposeAsync();
        _stop.Dispose();
    }

    private async Task StartAsync(
        Func<CancellationToken, Task> fetch, Func<ITrainer> start, NodeName node, Action changed)
    {
        try
        {
            await fetch(_stop.Token);
            while (!TryStart(start)) await Task.Delay(BetweenTries, _time, _stop.Token);
            return;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            End(new AttemptEnd(AttemptEnding.Stopped, "stopped by request before its trainer had begun"));
        }
        catch (DeviceGoneException gone)
        {
            End(new AttemptEnd(AttemptEnding.NodeLost, gone.Message));
        }
        catch (FilesUnavailableException why)
        {
            End(new AttemptEnd(AttemptEnding.NodeLost, why.Message) { LacksImages = true });
        }
        catch (Exception error)
        {
            End(new AttemptEnd(AttemptEnding.Crashed, $"the trainer could not be started on {node}: {error.Message}"));
        }

        changed();
    }

    // Returns false when the disk is full. That is not the trial's fault, so the caller tries again a little later.
    private bool TryStart(Func<ITrainer> start)
    {
        lock (_gate)
        {
            _stop.Token.ThrowIfCancellationRequested();
            try
            {
                _trainer = start();
                _trainer.HangAfter = _hangAfter;
                return true;
            }
            catch (IOException error) when (DurableFile.IsDiskFull(error))
            {
                return false;
            }
        }
    }

    private void End(AttemptEnd end)
    {
        lock (_gate) _end = end;
    }
}
