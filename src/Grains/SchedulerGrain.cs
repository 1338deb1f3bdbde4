using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Keeps queue and slots in memory only: after a crash both are rebuilt from the ledger. The calls that interleave change memory between
/// awaits only, so each sees it whole.
/// </summary>
internal sealed partial class SchedulerGrain(
    LedgerReader ledger, LedgerWriter writer, GrainInstruments instruments, IOptions<ClusterTiming> timing, TimeProvider time,
    ILogger<SchedulerGrain> logger) : Grain, ISchedulerGrain
{
    private readonly TrialQueue _queue = new();
    private readonly TrialQueue _lonely = new(); // Those that get a node for themselves.
    private readonly BackoffList _backoff = new();
    private readonly SlotBoard _board = new();
    private readonly Dictionary<TrialKey, Placed> _placed = [];
    private readonly HashSet<TrialKey> _unwanted = []; // Placed, but no active sweep wants them: to be stopped.
    private readonly Dictionary<string, int> _runningOfSweep = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lastSync = new(StringComparer.Ordinal);
    private long _activated;
    private long _looked;
    private bool _draining;
    private HashSet<TrialKey>? _unplaced; // While the ledger is read: what was released meanwhile.
    private IReadOnlyList<AttemptId> _unknown = []; // Running by the ledger, but nobody here placed them.
    private bool _isStale; // The ledger says what this memory does not know yet.

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _activated = _looked = time.GetTimestamp();
        foreach (var running in (await ledger.ReadOpenAsync()).Running)
        {
            var order = new TrainerOrder(
                new AttemptId(running.Trial.Key, running.Attempt), running.Spec, running.Slot, running.Run.CheckpointEverySeconds, running.LastSequence,
                running.TraceParent)
            {
                HangAfterSeconds = running.Run.HangAfterSeconds,
            };
            Place(QueuedOf(running.Trial), new SlotBoard.Place(running.Node, running.Slot), order);
        }

        await ReadAgainAsync();
        this.RegisterGrainTimer(LookAsync, new() { DueTime = timing.Value.SyncEvery, Period = timing.Value.SyncEvery, Interleave = true });
    }

    public async Task RefreshAsync()
    {
        try
        {
            _isStale = false;
            await ReadAgainAsync();
        }
        catch (Exception error)
        {
            _isStale = true;
            LogNotRefreshed(LedgerUnavailableException.TraceOf(error), error.Message); // What the caller changed is in the ledger: it is read again a moment later.
        }
    }

    private async Task ReadAgainAsync()
    {
        // While this is read, interleaving calls place and release trials. What they did is newer than what was read, and stays.
        var unplaced = _unplaced = [];
        var open = await ledger.ReadOpenAsync();
        _unplaced = null;
        _unknown =
        [
            .. from running in open.Running
               where !_placed.ContainsKey(running.Trial.Key) && !unplaced.Contains(running.Trial.Key)
               select new AttemptId(running.Trial.Key, running.Attempt),
        ];
        _unwanted.Clear();
        foreach (var running in open.Running)
        {
            if (!_placed.TryGetValue(running.Trial.Key, out var placed)) continue;
            if (running.IsWanted) Reassign(placed, QueuedOf(running.Trial));
            else _unwanted.Add(running.Trial.Key);
        }

        var isOpen = open.Running.Select(static running => running.Trial.Key).Concat(open.Waiting.Select(static waiting => waiting.Key)).ToHashSet();
        // Its end is committed, and its release on the way here; who wants it again since then is not to be forgotten with that.
        _isStale |= open.Waiting.Any(waiting => _placed.TryGetValue(waiting.Key, out var placed) && placed.Order is not null);
        _queue.RemoveWhere(trial => !isOpen.Contains(trial));
        _lonely.RemoveWhere(trial => !isOpen.Contains(trial));
        _backoff.RemoveWhere(trial => !isOpen.Contains(trial));
        foreach (var waiting in open.Waiting.Where(waiting => !_placed.ContainsKey(waiting.Key)))
        {
            var delay = (waiting.NotBefore ?? DateTimeOffset.MinValue) - time.GetUtcNow();
            if (delay > TimeSpan.Zero)
            {
                BackOff(QueuedOf(waiting), delay < timing.Value.LongestBackoff ? delay : timing.Value.LongestBackoff);
                continue;
            }

            _backoff.Remove(waiting.Key);
            Enqueue(QueuedOf(waiting));
        }

        GiveOut();
        foreach (var node in _unwanted.Select(trial => _placed[trial].Place.Node).Distinct().ToList()) // Releases come in between.
            await GrainFactory.GetGrain<INodeGrain>(node).PokeAsync();
    }

    public async Task<NodeOrders> SyncAsync(NodeReport report)
    {
        if (!_lastSync.ContainsKey(report.Node)) await writer.RecordNodeAsync(report.Node, report.Slots);
        _lastSync[report.Node] = time.GetTimestamp();
        _board.SetSlots(report.Node, report.Slots);
        GiveOut();
        instruments.SetSlots(_board.FreeSlots, _board.Occupied);
        var here = _placed.Values.Where(p => p.Place.Node == report.Node && p.Order is not null).ToLookup(IsDesired, static p => p.Order!);
        return new NodeOrders([.. here[true]], [.. here[false]]);
    }

    public Task ReleaseAsync(TrialKey trial, int attempt, TimeSpan? retryAfter, bool runsAlone)
    {
        if (!_placed.TryGetValue(trial, out var placed) || placed.Order?.Id.Attempt != attempt) return Task.CompletedTask;
        Unplace(placed);
        if (retryAfter is { } delay) BackOff(placed.Trial with { RunsAlone = runsAlone }, delay);
        GiveOut();
        return Task.CompletedTask;
    }

    public async Task DrainAsync()
    {
        _draining = true;
        foreach (var node in _lastSync.Keys.ToList()) await GrainFactory.GetGrain<INodeGrain>(node).PokeAsync();
    }

    public Task<int> CountOccupiedAsync() => Task.FromResult(_board.Occupied);

    private void GiveOut()
    {
        NotePause();
        ForgetSilentNodes();
        if (_draining) return;
        while (_backoff.TakeDue(time.GetTimestamp()) is { } due) Enqueue(due);
        // A whole node takes its time to become free, so these come before the others of their priority.
        while (_lonely.TopPriority is { } priority && !(_queue.TopPriority > priority) && _board.FindIdle() is { } node) Give(_lonely, node);
        if (_lonely.Count == 0 || _queue.TopPriority > _lonely.TopPriority) _board.StopEmptying();
        while (_queue.Count > 0 && _board.FindFree() is { } place) Give(_queue, place);
    }

    private void Give(TrialQueue queue, SlotBoard.Place place)
    {
        var next = queue.TakeNext(sweep => _runningOfSweep.GetValueOrDefault(sweep))!;
        Place(next, place, order: null);
        _ = StartAsync(next, place); // Handles its own failures.
    }

    private async Task StartAsync(QueuedTrial trial, SlotBoard.Place place)
    {
        try
        {
            var order = await GrainFactory.GetGrain<ITrialGrain>(trial.Trial.Hex).StartAsync(place.Node, place.Slot, trial.Since);
            if (order is null)
            {
                Unplace(_placed[trial.Trial]);
                _isStale = true; // It does not wait, as was believed here.
                return;
            }

            _placed[trial.Trial] = _placed[trial.Trial] with { Order = order };
            await GrainFactory.GetGrain<INodeGrain>(place.Node).PokeAsync();
        }
        catch (Exception error)
        {
            // Whether the attempt was committed is not known here, but the ledger knows: read everything again.
            LogStartFailed(LedgerUnavailableException.TraceOf(error), trial.Trial.Short, place.Node, error.Message);
            DeactivateOnIdle();
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        if (_isStale) await this.AsReference<ISchedulerGrain>().RefreshAsync(); // Not in between: in its turn.
        await LoseUnknownAsync();
        GiveOut();
        foreach (var silent in _placed.Values.Where(p => p.Order is not null && IsSilent(p.Place.Node)).ToList())
        {
            LogNodeSilent(silent.Place.Node, silent.Order!.Id);
            await GrainFactory.GetGrain<ITrialGrain>(silent.Trial.Trial.Hex)
                .LoseAsync(silent.Order.Id.Attempt, $"node {silent.Place.Node} was not heard of for {timing.Value.NodeLease.TotalMinutes:0.#} min");
        }
    }

    // Their starts were under way when an earlier activation gave up, and were committed after this one had read the ledger: no node was told.
    private async Task LoseUnknownAsync()
    {
        var unknown = _unknown;
        if (unknown.Count == 0) return;
        (_unknown, _isStale) = ([], true); // Whatever comes of it, what is still unknown then is found again.
        foreach (var start in unknown)
            await GrainFactory.GetGrain<ITrialGrain>(start.Trial.Hex).LoseAsync(start.Attempt, "the scheduler forgot its start, and no trainer was told of it");
    }

    // This process was stopped, or its machine, or starved: nobody could be heard of meanwhile. Every node gets its lease's time anew.
    private void NotePause()
    {
        var before = _looked;
        _looked = time.GetTimestamp();
        if (time.GetElapsedTime(before, _looked) < timing.Value.NodeLease / 2) return;
        _activated = _looked;
        foreach (var node in _lastSync.Keys.ToList()) _lastSync[node] = _looked;
    }

    // What was placed there is lost by the timer. Its slots are given to nobody until it synchronises again.
    private void ForgetSilentNodes()
    {
        foreach (var node in _lastSync.Keys.Where(IsSilent).ToList())
        {
            _lastSync.Remove(node);
            _board.SetSlots(node, 0);
        }
    }

    // A head that has just come back has heard of nobody yet: every node has its lease's time to come back.
    private bool IsSilent(string node) =>
        time.GetElapsedTime(_lastSync.TryGetValue(node, out var last) ? last : _activated) > timing.Value.NodeLease;

    private bool IsDesired(Placed placed) => !_draining && !_unwanted.Contains(placed.Trial.Trial);

    private static QueuedTrial QueuedOf(ScheduledTrial trial) => new(trial.Key, trial.Sweep, trial.Priority, trial.Order, trial.RunsAlone);

    // A trial that waits already has waited since then, whatever else is new of it.
    private void Enqueue(QueuedTrial trial)
    {
        var (queue, other) = trial.RunsAlone ? (_lonely, _queue) : (_queue, _lonely);
        other.Remove(trial.Trial);
        queue.Enqueue(trial with { Since = queue.Find(trial.Trial)?.Since ?? time.GetUtcNow() });
    }

    private void BackOff(QueuedTrial trial, TimeSpan delay) =>
        _backoff.Add(trial, time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency));

    private void Place(QueuedTrial trial, SlotBoard.Place place, TrainerOrder? order)
    {
        _board.Take(trial.Trial, place, trial.RunsAlone);
        _placed[trial.Trial] = new Placed(trial, place, order);
        _runningOfSweep[trial.Sweep] = _runningOfSweep.GetValueOrDefault(trial.Sweep) + 1;
    }

    private void Unplace(Placed placed)
    {
        _board.Free(placed.Trial.Trial);
        _placed.Remove(placed.Trial.Trial);
        _unplaced?.Add(placed.Trial.Trial);
        _unwanted.Remove(placed.Trial.Trial);
        _runningOfSweep[placed.Trial.Sweep]--;
    }

    // It runs on behalf of another sweep from now on, which counts in the fair share.
    private void Reassign(Placed placed, QueuedTrial trial)
    {
        _runningOfSweep[placed.Trial.Sweep]--;
        _runningOfSweep[trial.Sweep] = _runningOfSweep.GetValueOrDefault(trial.Sweep) + 1;
        _placed[trial.Trial] = placed with { Trial = trial };
    }

    [LoggerMessage(LogLevel.Warning, "The scheduler could not read the ledger; trying again: {Reason}")]
    private partial void LogNotRefreshed(Exception? error, string reason);

    [LoggerMessage(LogLevel.Error, "Trial {Trial} could not be started on node {Node}; reading the ledger again: {Reason}")]
    private partial void LogStartFailed(Exception? error, string trial, string node, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {Node} is silent; attempt {Attempt} goes elsewhere")]
    private partial void LogNodeSilent(string node, AttemptId attempt);

    /// <summary>A trial on a slot; its order is null while its attempt is being recorded.</summary>
    private sealed record Placed(QueuedTrial Trial, SlotBoard.Place Place, TrainerOrder? Order);
}
