using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Reconciles, as a kubelet does: tells each trial what its trainer wrote, tells the scheduler what is held here, and makes the node run
/// exactly what the scheduler wants. One synchronisation at a time; a poke during one brings another. It goes with its silo: only there are its
/// trainers.
/// </summary>
[PreferLocalPlacement]
[Immovable]
internal sealed partial class NodeGrain(
    ITrainerLauncher launcher, IOptions<ClusterTiming> timing, ILogger<NodeGrain> logger) : Grain, INodeGrain
{
    private readonly Dictionary<AttemptId, Held> _held = [];
    private IGrainTimer? _timer;
    private IGrainTimer? _leases;

    private NodeName Name => new(this.GetPrimaryKeyString());

    public Task JoinAsync()
    {
        _timer ??= this.RegisterGrainTimer(SyncAsync, new() { DueTime = TimeSpan.Zero, Period = timing.Value.SyncEvery, KeepAlive = true });

        // Beside the synchronisation, which may wait for the ledger for longer than a lease lasts.
        _leases ??= this.RegisterGrainTimer(RenewLeases, new() { DueTime = TimeSpan.Zero, Period = timing.Value.SyncEvery, Interleave = true });
        return Task.CompletedTask;
    }

    public Task PokeAsync()
    {
        _timer?.Change(TimeSpan.Zero, timing.Value.SyncEvery);
        return Task.CompletedTask;
    }

    public Task<int> AbandonAsync()
    {
        _timer?.Dispose();
        _leases?.Dispose();
        (_timer, _leases) = (null, null);
        var left = _held.Values.Where(static held => held.Trainer.FindEnd() is null).ToList();
        left.ForEach(static held => held.Trainer.Stop());
        return Task.FromResult(left.Count);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Trainers outlive their node: letting go of them stops nothing.
        foreach (var held in _held.Values) await held.Trainer.DisposeAsync();
        _held.Clear();
    }

    private async Task SyncAsync(CancellationToken cancellation)
    {
        try
        {
            await ReconcileAsync(cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogSyncFailed(LedgerUnavailableException.TraceOf(error), error.Message); // The trainers go on; the next synchronisation makes up for this one.
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_held.ToList().Select(pair => TellTrialAsync(pair.Key, pair.Value)));
        var scheduler = GrainFactory.GetGrain<ISchedulerGrain>(0);
        var orders = await scheduler.SyncAsync(new NodeReport(Name, launcher.Slots));
        var desired = orders.Desired.ToDictionary(static order => order.Attempt);
        foreach (var (id, held) in _held)
        {
            held.IsWanted = desired.TryGetValue(id, out var order);
            if (held.IsWanted) held.Trainer.HangAfter = order.HangAfter;
        }

        foreach (var order in await Task.WhenAll(desired.Keys.Where(id => !_held.ContainsKey(id)).Select(FindOrderAsync)))
            if (order is not null) await LaunchAsync(order, cancellation);
        foreach (var id in orders.Stopping.Where(id => !_held.ContainsKey(id)).ToList()) await FindToStopAsync(id, cancellation);
        foreach (var unwanted in _held.Values.Where(held => !held.IsWanted)) unwanted.Trainer.Stop();
    }

    // One that is to stop may be out of reach of signals: then it leaves when its lease is over.
    private Task RenewLeases(CancellationToken cancellation)
    {
        foreach (var (id, held) in _held.Where(static pair => pair.Value.IsWanted).ToList())
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

        return Task.CompletedTask;
    }

    private async Task TellTrialAsync(AttemptId id, Held held)
    {
        try
        {
            // The end is looked for before the events are read, so that an end comes with all its events.
            var end = held.Trainer.FindEnd();
            var events = held.Trainer.ReadEvents(held.Acknowledged);
            if (events.Count == 0 && end is null) return;
            var answer = await TrialOf(id).ReportAsync(new AttemptReport(id.Attempt, events, end));
            held.Acknowledged = Math.Max(held.Acknowledged, answer.AcknowledgedSequence);
            if (end is not null) await ForgetAsync(id, held, answer.IsFinished);
            else if (answer.Stale) held.Trainer.Stop();
        }
        catch (Exception error)
        {
            LogReportFailed(LedgerUnavailableException.TraceOf(error), id, error.Message); // Nothing is lost: it is all in the folder, and is told again a second later.
        }
    }

    // Null when the attempt has ended since the scheduler answered, or when its trial cannot be read: then the next synchronisation asks again.
    private async Task<TrainerOrder?> FindOrderAsync(AttemptId id)
    {
        try
        {
            return await TrialOf(id).FindOrderAsync(id.Attempt);
        }
        catch (Exception error)
        {
            LogNoOrder(LedgerUnavailableException.TraceOf(error), id, error.Message);
            return null;
        }
    }

    private async Task LaunchAsync(TrainerOrder order, CancellationToken cancellation)
    {
        var id = order.Id;
        var node = this.AsReference<INodeGrain>();
        try
        {
            var trainer = await launcher.LaunchAsync(order, changed: () => _ = node.PokeAsync(), cancellation);
            _held.Add(id, new Held(trainer) { Acknowledged = order.ReadAfter, IsWanted = true });
        }
        catch (IOException error) when (DurableFile.IsDiskFull(error))
        {
            LogNoRoom(id, error.Message); // Not the trial's fault: it is started a second later, once there is room.
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogLaunchFailed(error, id);
            var end = new AttemptEnd(AttemptEnding.Crashed, $"the trainer could not be started on {Name}: {error.Message}");
            await TrialOf(id).ReportAsync(new AttemptReport(id.Attempt, [], end));
        }
    }

    // Its trainer may live on from before this node came back.
    private async Task FindToStopAsync(AttemptId id, CancellationToken cancellation)
    {
        if (await launcher.FindAsync(id, cancellation) is { } trainer)
        {
            _held.Add(id, new Held(trainer));
            return;
        }

        var end = new AttemptEnd(AttemptEnding.NodeLost, $"it had not started on {Name} when it was to stop");
        await TrialOf(id).ReportAsync(new AttemptReport(id.Attempt, [], end));
    }

    private async Task ForgetAsync(AttemptId id, Held held, bool isFinished)
    {
        _held.Remove(id);
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

    private ITrialGrain TrialOf(AttemptId id) => GrainFactory.GetGrain<ITrialGrain>(id.Trial.Hex);

    [LoggerMessage(LogLevel.Warning, "The node could not synchronise with the scheduler; trying again: {Reason}")]
    private partial void LogSyncFailed(Exception? error, string reason);

    [LoggerMessage(LogLevel.Warning, "What attempt {Attempt} trains could not be read; retrying: {Reason}")]
    private partial void LogNoOrder(Exception? error, AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Error, "Attempt {Attempt} could not be started")]
    private partial void LogLaunchFailed(Exception error, AttemptId attempt);

    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} cannot be started, for the disk is full; trying again: {Reason}")]
    private partial void LogNoRoom(AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "What attempt {Attempt} wrote could not be recorded; trying again: {Reason}")]
    private partial void LogReportFailed(Exception? error, AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "The lease of attempt {Attempt} could not be renewed; its trainer leaves if that stays so: {Reason}")]
    private partial void LogLeaseNotRenewed(AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "The checkpoints of attempt {Attempt} could not be removed; sbnn doctor --prune does it")]
    private partial void LogNotPruned(Exception error, AttemptId attempt);

    private sealed class Held(ITrainer trainer)
    {
        public ITrainer Trainer { get; } = trainer;

        public long Acknowledged { get; set; }

        public bool IsWanted { get; set; }
    }
}
