using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// Makes this machine run exactly the attempts that the head orders. The agent reports to each trial what the trainer
/// wrote, and to the head what the node offers. It synchronises every second and when poked, one synchronisation at a
/// time. A poke during a synchronisation causes another synchronisation.
/// </summary>
/// <param name="name">The node's name, for messages.</param>
/// <param name="launcher">Starts and finds trainers on this machine.</param>
/// <param name="head">The head.</param>
/// <param name="syncEvery">The time between two synchronisations without a poke.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class NodeAgent(
    NodeName name, ITrainerLauncher launcher, IHeadLink head, TimeSpan syncEvery, TimeProvider time,
    ILogger<NodeAgent> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<AttemptId, HeldTrainer> _held = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _pokes = new(0);
    private int _isPoked;
    private bool _isRefused;
    private bool _isHeadSilent;
    private readonly TaskCompletionSource _hasSyncedLeaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isLeaving;
    private long _ranAt = time.GetTimestamp(); // Timestamp of the last observation that a trainer ran.
    private Task _loops = Task.CompletedTask;

    /// <summary>
    /// How long no trainer has run on this node, at most since the agent was created; zero while one runs. A trainer
    /// whose end the head has not received yet does not count as running.
    /// </summary>
    public TimeSpan IdleTime => _held.Values.Any(static held => !held.HasEnded)
        ? TimeSpan.Zero
        : time.GetElapsedTime(Interlocked.Read(ref _ranAt));

    /// <summary>Begins to synchronise.</summary>
    public void Start() => _loops = Task.WhenAll(Task.Run(SynchronizeAsync), Task.Run(RenewLeasesAsync));

    /// <summary>Requests a synchronisation now, because something changed.</summary>
    public void Poke()
    {
        if (Interlocked.Exchange(ref _isPoked, 1) == 0) _pokes.Release();
    }

    /// <summary>
    /// Stops all trainers of this node, whatever the head orders, and ends the synchronisation. Trainers that do not
    /// exit in time are killed. Returns when no trainer runs.
    /// </summary>
    public async Task AbandonAsync()
    {
        await EndLoopsAsync();
        using var tick = new PeriodicTimer(syncEvery, time);
        while (_held.Values.Where(static held => held.Trainer.FindEnd() is null).ToList() is { Count: > 0 } left)
        {
            left.ForEach(static held => held.Trainer.Stop());
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>
    /// Leaves the cluster. Trainers write checkpoints and stop; the head receives how they ended, and then that the
    /// node leaves. When the head cannot be reached, the method waits for the timeout at most to report the ends, and
    /// as long again to report that the node leaves. Such a head receives the missing reports when this node returns,
    /// or treats the node as lost after its lease.
    /// </summary>
    /// <param name="timeout">How long to wait for the head once no trainer runs on this node.</param>
    public async Task LeaveAsync(TimeSpan timeout)
    {
        _isLeaving = true;
        Poke();

        // A synchronisation that has already begun may still launch a trainer, so the end of the next one is awaited.
        await Task.WhenAny(_hasSyncedLeaving.Task, _loops);
        using var tick = new PeriodicTimer(syncEvery < timeout ? syncEvery : timeout, time);
        long? quietSince = null;
        while (!_held.IsEmpty && !(quietSince is { } since && time.GetElapsedTime(since) > timeout))
        {
            quietSince = _held.Values.All(static held => held.HasEnded) ? quietSince ?? time.GetTimestamp() : null;
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        await EndLoopsAsync();
        try
        {
            await head.LeaveAsync().WaitAsync(timeout, time);
        }
        catch (Exception error) // Whatever the error, the head treats this node as lost after its lease.
        {
            LogLeaveNotReceived(error.Message);
        }
    }

    /// <summary>Releases the trainers without stopping them: they outlive the node's process.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndLoopsAsync();
        foreach (var held in _held.Values) await held.Trainer.DisposeAsync();
        _held.Clear();
        _stopping.Dispose(); // The semaphore of pokes is not disposed, because a trainer that ends later still pokes.
    }

    private async Task EndLoopsAsync()
    {
        await _stopping.CancelAsync();
        await _loops;
    }

    private async Task SynchronizeAsync()
    {
        try
        {
            while (true)
            {
                var isLeaving = _isLeaving;
                await SyncAsync();
                if (isLeaving) _hasSyncedLeaving.TrySetResult();
                await _pokes.WaitAsync(syncEvery, _stopping.Token);
                Interlocked.Exchange(ref _isPoked, 0);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node's process is stopping.
        }
    }

    // Leases are renewed separately, because a synchronisation may wait for the ledger longer than a lease lasts.
    private async Task RenewLeasesAsync()
    {
        using var tick = new PeriodicTimer(syncEvery, time);
        try
        {
            do RenewLeases();
            while (await tick.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node's process is stopping.
        }
    }

    private async Task SyncAsync()
    {
        try
        {
            await ReconcileAsync(_stopping.Token);
            _isRefused = false;
            if (_isHeadSilent) LogHeadHeard();
            _isHeadSilent = false;
        }
        catch (HeadSilentException silent)
        {
            // Logged once, because the agent tries again every second.
            if (!_isHeadSilent) LogHeadSilent();
            _isHeadSilent = true;
            LogSilence(silent);
        }
        catch (NodeRefusedException refused)
        {
            // Logged once, because the agent tries again every second, and some reasons contain a changing time.
            if (!_isRefused) LogRefused(refused.Message);
            _isRefused = true;

            // The head may have started these trials on other nodes. The epochs trained so far stay in the attempts'
            // folders and are reported when the head accepts this node again.
            foreach (var held in _held.Values) held.Trainer.Stop();
        }
        catch (Exception error) when (error is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            // The trainers continue, and the next synchronisation repeats what this one could not do.
            LogSyncFailed(LedgerUnavailableException.TraceOf(error), error.Message);
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        if (_isLeaving)
        {
            foreach (var held in _held.Values) held.Trainer.Stop();
            // The offer is withdrawn before the ends are reported, because the head must not reuse the freed slots.
            await head.SyncAsync(NodeOffer.None, launcher.LackedImages);
            await ReportAllAsync();
            return;
        }

        await ReportAllAsync();
        var orders = await head.SyncAsync(launcher.Offer, launcher.LackedImages);
        var desired = orders.Desired.ToDictionary(static order => order.Attempt);
        foreach (var (id, held) in _held)
        {
            held.IsNeeded = desired.TryGetValue(id, out var order);
            if (held.IsNeeded) held.Trainer.HangAfter = order.HangAfter;
        }

        foreach (var order in await Task.WhenAll(desired.Keys.Where(id => !_held.ContainsKey(id))
            .Select(FindOrderAsync)))
            if (order is not null) await LaunchAsync(order, cancellation);
        foreach (var id in orders.Stopping.Where(id => !_held.ContainsKey(id)).ToList())
            await FindToStopAsync(id, cancellation);
        foreach (var unneeded in _held.Values.Where(static held => !held.IsNeeded)) unneeded.Trainer.Stop();
    }

    // The lease of a trainer that must stop is not renewed: if no signal reaches it, it exits when its lease is over.
    private void RenewLeases()
    {
        foreach (var (id, held) in _held.Where(static pair => pair.Value.IsNeeded).ToList())
        {
            try
            {
                held.Trainer.RenewLease();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogLeaseNotRenewed(id, error.Message);
            }
        }
    }

    private Task ReportAllAsync() => Task.WhenAll(_held.ToList().Select(pair => ReportAsync(pair.Key, pair.Value)));

    private async Task ReportAsync(AttemptId id, HeldTrainer held)
    {
        try
        {
            // The end is read before the events, so that an end is always reported with all its events.
            var end = held.Trainer.FindEnd();
            if (!held.HasEnded) Interlocked.Exchange(ref _ranAt, time.GetTimestamp());
            held.HasEnded = end is not null;
            var events = held.Trainer.ReadEvents(held.Acknowledged);
            if (events.Count == 0 && end is null) return;
            var answer = await head.ReportAsync(id.Trial, new AttemptReport(id.Attempt, events, end)
            {
                Gpu = held.Trainer.Gpu,
            });
            held.Acknowledged = Math.Max(held.Acknowledged, answer.AcknowledgedSequence);
            if (end is not null) await ForgetAsync(id, held, answer.IsFinished);
            else if (answer.Stale) held.Trainer.Stop();
        }
        catch (HeadSilentException silent)
        {
            LogSilence(silent);
        }
        catch (Exception error) when (error is not NodeRefusedException)
        {
            // Nothing is lost: the events stay in the attempt's folder, and the next synchronisation reports them
            // again.
            LogReportFailed(LedgerUnavailableException.TraceOf(error), id, error.Message);
        }
    }

    // Returns null when the attempt has ended since the scheduler answered, or when its trial cannot be read; the next
    // synchronisation asks again.
    private async Task<TrainerOrder?> FindOrderAsync(AttemptId id)
    {
        try
        {
            return await head.FindOrderAsync(id);
        }
        catch (HeadSilentException silent)
        {
            LogSilence(silent);
            return null;
        }
        catch (Exception error) when (error is not NodeRefusedException)
        {
            LogNoOrder(LedgerUnavailableException.TraceOf(error), id, error.Message);
            return null;
        }
    }

    private async Task LaunchAsync(TrainerOrder order, CancellationToken cancellation)
    {
        var id = order.Id;
        try
        {
            var trainer = await launcher.LaunchAsync(order, changed: Poke, cancellation);
            _held.TryAdd(id, new HeldTrainer(trainer) { Acknowledged = order.ReadAfter, IsNeeded = true });
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            // The trial is not at fault: the next synchronisation tries again until the disk has room.
            LogNoRoom(id, error.Message);
        }
        catch (DeviceGoneException gone)
        {
            var end = new AttemptEnd(AttemptEnding.NodeLost, gone.Message);
            await head.ReportAsync(id.Trial, new AttemptReport(id.Attempt, [], end));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogLaunchFailed(error, id);
            var end = new AttemptEnd(
                AttemptEnding.Crashed, $"the trainer could not be started on {name}: {error.Message}");
            await head.ReportAsync(id.Trial, new AttemptReport(id.Attempt, [], end));
        }
    }

    // A trainer that was started before this node's restart may still run the attempt.
    private async Task FindToStopAsync(AttemptId id, CancellationToken cancellation)
    {
        if (await launcher.FindAsync(id, cancellation) is { } trainer)
        {
            _held.TryAdd(id, new HeldTrainer(trainer));
            return;
        }

        var end = new AttemptEnd(AttemptEnding.NodeLost, $"the attempt had not started on {name} when it was stopped");
        await head.ReportAsync(id.Trial, new AttemptReport(id.Attempt, [], end));
    }

    private async Task ForgetAsync(AttemptId id, HeldTrainer held, bool isFinished)
    {
        _held.TryRemove(id, out _);
        await held.Trainer.DisposeAsync();
        if (!isFinished) return;
        try
        {
            held.Trainer.Prune();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotPruned(error, id);
        }
    }

    [LoggerMessage(LogLevel.Warning, "This node could not synchronise with the head; retrying: {Reason}")]
    private partial void LogSyncFailed(Exception? error, string reason);

    [LoggerMessage(
        LogLevel.Warning, "The head does not answer; trainers continue, and this node retries every second")]
    private partial void LogHeadSilent();

    [LoggerMessage(LogLevel.Warning, "The head answers again")]
    private partial void LogHeadHeard();

    [LoggerMessage(LogLevel.Debug, "The head did not answer a call")]
    private partial void LogSilence(Exception silent);

    [LoggerMessage(
        LogLevel.Warning,
        "The head could not be notified that this node leaves, and treats the node as lost after its lease: {Reason}")]
    private partial void LogLeaveNotReceived(string reason);

    [LoggerMessage(LogLevel.Error, "The head refuses this node, so its trainers write checkpoints and stop: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning,
        "The order for attempt {Attempt} could not be read from the head; retrying: {Reason}")]
    private partial void LogNoOrder(Exception? error, AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Error, "Attempt {Attempt} could not be started")]
    private partial void LogLaunchFailed(Exception error, AttemptId attempt);

    [LoggerMessage(LogLevel.Warning,
        "Attempt {Attempt} cannot be started because the disk is full; retrying: {Reason}")]
    private partial void LogNoRoom(AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "The events of attempt {Attempt} could not be recorded; retrying: {Reason}")]
    private partial void LogReportFailed(Exception? error, AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The lease of attempt {Attempt} could not be renewed; its trainer exits if the lease ends: {Reason}")]
    private partial void LogLeaseNotRenewed(AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning,
        "The checkpoints of attempt {Attempt} could not be removed; run sbnn doctor --prune to remove them")]
    private partial void LogNotPruned(Exception error, AttemptId attempt);

    private sealed class HeldTrainer(ITrainer trainer)
    {
        public ITrainer Trainer { get; } = trainer;

        public long Acknowledged { get; set; }

        public bool IsNeeded { get; set; }

        public bool HasEnded { get; set; }
    }
}
