using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The scheduler's whole state, without a clock, Orleans or I/O. Each open trial is in exactly one <see cref="Phase"/>;
/// everything else is derived from the phases. Each method applies a message at a given time, and returns commands.
/// Messages may be lost, repeated and reordered: the attempt number decides which of two messages about a trial is
/// newer.
/// </summary>
/// <param name="nodeLease">How long a node may be silent before its trials start on other nodes.</param>
/// <param name="longestBackoff">The longest backoff of a trial. It also limits backoffs whose end lies further ahead
/// because the wall clock was set back.</param>
/// <param name="now">The time at which the schedule begins.</param>
internal sealed partial class Schedule(TimeSpan nodeLease, TimeSpan longestBackoff, ClockReading now)
{
    private static readonly ScheduleChange Stale = new(ScheduleOutcome.Stale, []);
    private static readonly ScheduleChange Repeated = new(ScheduleOutcome.Repeated, []);

    private static readonly TimeSpan LongestClassWait = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TrialKey, OpenTrial> _trials = [];
    private readonly PhaseIndexes _indexes = new();
    private readonly Dictionary<NodeName, TimeSpan> _heard = []; // When each live node synchronised last.
    private TimeSpan _watchedSince = now.Elapsed;
    private TimeSpan _lastCall = now.Elapsed;
    private bool _isDraining;

    /// <summary>The open trials.</summary>
    public IReadOnlyCollection<OpenTrial> Trials => _trials.Values;

    /// <summary>The indexes that are derived from the open trials.</summary>
    public PhaseIndexes Indexes => _indexes;

    /// <summary>Finds a trial; null when it is not open.</summary>
    public OpenTrial? Find(TrialKey trial) => _trials.GetValueOrDefault(trial);

    /// <summary>Applies the message that an attempt is committed as running.</summary>
    public ScheduleChange Started(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { } trial) return Stale;
        if (trial.Phase is not Starting { Place: var place } || trial.CurrentOrNext != attempt)
            return trial.Phase is Running && trial.CurrentOrNext == attempt ? Repeated : Stale;
        Put(trial.Facts with { Attempt = attempt.Attempt, NotBefore = null }, new Running(place, IsNeeded: true));
        return Apply(now, [new PokeNode(place.Node)]);
    }

    /// <summary>
    /// Applies the message that an attempt was not committed, because the trial does not wait for it. The next load
    /// reads the trial's state.
    /// </summary>
    public ScheduleChange StartRefused(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting } trial || trial.CurrentOrNext != attempt) return Stale;
        Remove(trial);
        _isBehind = true;
        return Apply(now);
    }

    /// <summary>
    /// Applies the message that a start failed without an answer. The next load shows whether the attempt was
    /// committed.
    /// </summary>
    public ScheduleChange StartFailed(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting starting } trial || trial.CurrentOrNext != attempt)
            return Stale;
        if (starting.IsUnresolved) return Repeated;
        Put(trial.Facts, starting with { IsUnresolved = true });
        _isBehind = true; // The load waits for the next tick, because an immediate one may fail again.
        return Apply(now);
    }

    /// <summary>Applies an attempt's committed end.</summary>
    public ScheduleChange Ended(AttemptId attempt, AttemptFollowUp followUp, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting or Running } trial || trial.CurrentOrNext != attempt)
            return Stale;
        if (followUp.LacksImages && trial.Phase.Holds is { } place)
            _indexes.Slots.AddLackedImages(place.Node, trial.Facts.Images);
        if (followUp.IsOpen)
        {
            Wait(trial.Facts with
            {
                Attempt = attempt.Attempt,
                NotBefore = followUp.NotBefore,
                RanOutOn = followUp.RanOutOn,
                ResumesOn = followUp.ResumesOn,
                Trained = followUp.Trained,
            }, now);
        }
        else
        {
            Remove(trial);
        }

        return Apply(now);
    }

    /// <summary>Applies a node's synchronisation.</summary>
    /// <param name="node">The node.</param>
    /// <param name="offer">What the node offers.</param>
    /// <param name="lackedImages">Digests of images that the node cannot get: trials that need them do not start on
    /// this node.</param>
    /// <param name="now">The time.</param>
    public ScheduleChange NodeReported(
        NodeName node, NodeOffer offer, IReadOnlyList<string> lackedImages, ClockReading now)
    {
        NoticePause(now);
        _heard[node] = now.Elapsed;
        _indexes.Slots.SetOffer(node, offer);
        _indexes.Slots.SetLackedImages(node, lackedImages);
        return Apply(now);
    }

    /// <summary>Applies the measured GPU memory of trials of a shape.</summary>
    public ScheduleChange Measured(ShapePeak peak, ClockReading now)
    {
        _indexes.Slots.Peaks.Set(peak);
        return Apply(now);
    }

    /// <summary>Applies the message that a node has left, or was removed.</summary>
    public ScheduleChange NodeLeft(NodeName node, string how, ClockReading now)
    {
        LoseNode(node, $"node {node} {how}");
        return Apply(now, [.. LoseAttempts()]);
    }

    /// <summary>
    /// Applies the passing of time: backoffs and leases end, and commands that may have failed are repeated.
    /// </summary>
    public ScheduleChange Tick(ClockReading now)
    {
        var commands = new List<ScheduleCommand>();
        if (_isBehind && !IsLoading) commands.Add(new LoadOpenTrials());
        NoticePause(now);
        foreach (var node in _indexes.Slots.Nodes.Where(node => IsSilent(node, now)).ToList())
            LoseNode(node, $"node {node} has not synchronised for {Wording.Duration(nodeLease)}");
        commands.AddRange(LoseAttempts()); // Repeated at every tick until the ends are committed.
        return Apply(now, commands);
    }

    /// <summary>Stops starting trials, and makes every node stop its trainers.</summary>
    public ScheduleChange Drain(ClockReading now)
    {
        if (_isDraining) return Repeated;
        _isDraining = true;
        return Apply(now, [.. _heard.Keys.Select(static node => new PokeNode(node))]);
    }

    /// <summary>
    /// Explains what the queued trials wait for. Trials with equal demands share one entry per sweep.
    /// </summary>
    public Dictionary<WaitingTrials, WaitReason> ExplainWaiting()
    {
        var reasons = new Dictionary<WaitingTrials, WaitReason>();
        var waiting = _indexes.Alone.Demands.Concat(_indexes.Shared.Demands);
        foreach (var demands in waiting.GroupBy(static wait => wait.Demand))
        {
            var (demand, reason) = (demands.Key, WaitWording.Explain(demands.Key, _indexes.Slots));
            foreach (var (sweep, _) in demands)
                reasons[new WaitingTrials(sweep, demand.Shape, demand.Images, demand.RanOut, demand.ResumesOn)] =
                    reason;
        }

        return reasons;
    }

    /// <summary>Counts the trials that have waited for a slot at least as long as given.</summary>
    public int CountWaiting(TimeSpan atLeast, ClockReading now) => _trials.Values.Count(trial =>
        trial.Phase.QueuedSince is { } since && now.Elapsed - since >= atLeast);

    /// <summary>Returns what a node should run, and what it should stop.</summary>
    public NodeOrders OrdersFor(NodeName node)
    {
        var here = TrialsOn(node).Where(static trial => trial.Phase is Running { LostBecause: null })
            .ToLookup(trial => !_isDraining && trial.Phase is Running { IsNeeded: true },
                static trial => new AttemptOrder(trial.CurrentOrNext, trial.Facts.HangAfter));
        return new NodeOrders([.. here[true]], [.. here[false].Select(static order => order.Attempt)]);
    }

    // Every message ends with this step, because any change may make a trial due or a slot free.
    private ScheduleChange Apply(ClockReading now, params List<ScheduleCommand> commands)
    {
        while (_indexes.FindDue(now.Elapsed) is { } due) Put(_trials[due].Facts, NextPhase(_trials[due], now));
        if (!_isDraining) AssignSlots(now, commands);
        return new ScheduleChange(ScheduleOutcome.Applied, commands);
    }

    // The phase that follows a due time: a backoff has ended, or a trial has waited long enough for a device of its
    // checkpoint's class.
    private Queued NextPhase(OpenTrial trial, ClockReading now) =>
        trial.Phase is Queued queued ? queued with { OwnClassUntil = null } : Enqueue(trial.Facts, now);

    // On another device class the trial cannot use its checkpoint and repeats the training so far. So waiting for a
    // device of the checkpoint's class is worthwhile for at most the time that this training took.
    private Queued Enqueue(ScheduledTrial facts, ClockReading now)
    {
        if (TrialDemand.Of(facts).ResumesOn is not { } own || !_indexes.Slots.HasSeenClass(own))
            return new Queued(now.Elapsed);
        var longest = facts.Trained < LongestClassWait ? facts.Trained : LongestClassWait;
        return new Queued(now.Elapsed, OwnClassUntil: now.Elapsed + longest);
    }

    private void AssignSlots(ClockReading now, List<ScheduleCommand> commands)
    {
        if (_indexes.Slots.FreeSlots == 0) return;
        var reserved = new Reservations();
        var blocked = new HashSet<TrialDemand>();
        foreach (var priority in _indexes.Alone.Priorities.Union(_indexes.Shared.Priorities).OrderDescending().ToList())
        {
            // A whole device becomes free slowly, so trials that run alone come before the others of their priority.
            AssignSlots(_indexes.Alone, priority);
            AssignSlots(_indexes.Shared, priority);
        }

        // When no device has room for a trial, the device nearest to having room is reserved. Otherwise trials that
        // need less could take every slot that becomes free.
        void AssignSlots(TrialQueue queue, int priority)
        {
            while (queue.FindNext(priority, _indexes.OnSlots, blocked.Contains) is { } next)
            {
                var demand = TrialDemand.Of(_trials[next.Key]);
                if (_indexes.Slots.FindFree(demand, reserved) is { } place)
                {
                    Start(next, place, now, commands);
                    continue;
                }

                blocked.Add(demand);
                if (_indexes.Slots.FindNearest(demand) is { } nearest) reserved.Add(nearest);
            }
        }
    }

    private void Start(ScheduledTrial facts, SlotAddress place, ClockReading now, List<ScheduleCommand> commands)
    {
        var trial = _trials[facts.Key];
        var gpu = place.Gpu is { } uuid ? new AttemptGpu(uuid, _indexes.Slots.ModelOf(place.Node, uuid)!) : null;
        commands.Add(new StartAttempt(trial.CurrentOrNext, place, now.Elapsed - trial.Phase.QueuedSince!.Value, gpu));
        Put(trial.Facts, new Starting(place));
    }

    // No trial starts on the node until it synchronises again.
    private void LoseNode(NodeName node, string reason)
    {
        _heard.Remove(node);
        _indexes.Slots.SetOffer(node, NodeOffer.None);
        foreach (var trial in TrialsOn(node).ToList()) Lose(trial, reason);
    }

    private void Lose(OpenTrial trial, string reason)
    {
        if (trial.Phase is Running { LostBecause: null } running)
            Put(trial.Facts, running with { LostBecause = reason });
    }

    private IEnumerable<LoseAttempt> LoseAttempts() =>
        from trial in _indexes.Slots.Nodes.SelectMany(TrialsOn)
        let reason = (trial.Phase as Running)?.LostBecause
        where reason is not null
        select new LoseAttempt(trial.CurrentOrNext, reason);

    private IEnumerable<OpenTrial> TrialsOn(NodeName node) =>
        _indexes.Slots.TrialsOn(node).Select(trial => _trials[trial]);

    // After a pause of this process or its machine, during which no node could report, each node gets its full lease
    // again.
    private void NoticePause(ClockReading now)
    {
        var passed = now.Elapsed - _lastCall;
        _lastCall = now.Elapsed;
        if (passed < nodeLease / 2) return;
        _watchedSince = now.Elapsed;
        foreach (var node in _heard.Keys.ToList()) _heard[node] = now.Elapsed;
    }

    // A head that has just restarted has no report of any node yet, so each node has its full lease to synchronise.
    private bool IsSilent(NodeName node, ClockReading now) =>
        now.Elapsed - _heard.GetValueOrDefault(node, _watchedSince) > nodeLease;

    // A queued trial keeps its turn, and a running backoff is never extended.
    private void Wait(ScheduledTrial facts, ClockReading now)
    {
        var before = Find(facts.Key)?.Phase;
        var delay = (facts.NotBefore ?? DateTimeOffset.MinValue) - now.Utc;
        if (delay <= TimeSpan.Zero)
        {
            Put(facts, before is Queued ? before : Enqueue(facts, now));
            return;
        }

        // The wall clock may have been set back since the backoff's end was recorded, so the wait is limited.
        var until = now.Elapsed + (delay < longestBackoff ? delay : longestBackoff);
        Put(facts, new BackingOff(before is BackingOff { Until: var known } && known < until ? known : until));
    }

    private void Put(ScheduledTrial facts, Phase phase)
    {
        if (_trials.TryGetValue(facts.Key, out var before)) _indexes.Remove(before);
        var trial = new OpenTrial(facts, phase);
        _indexes.Add(trial);
        _trials[facts.Key] = trial;
    }

    private void Remove(OpenTrial trial)
    {
        _indexes.Remove(trial);
        _trials.Remove(trial.Key);
        if (_removed is not null) _removed[trial.Key] = trial.CurrentOrNext.Attempt;
    }
}
