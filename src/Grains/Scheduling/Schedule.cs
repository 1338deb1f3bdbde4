using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The scheduler's whole state, without a clock, Orleans or I/O. Each open trial is in exactly one <see cref="Phase"/>;
/// everything else is derived from the phases. A message and the time come in, commands go out. Messages may be lost,
/// repeated and reordered: the number
/// of a trial's attempt says which of two words about it is newer.
/// </summary>
/// <param name="nodeLease">How long a node may be silent before its trials are started elsewhere.</param>
/// <param name="longestBackoff">No trial backs off for longer, whatever the wall clock says.</param>
/// <param name="now">The time at which it begins.</param>
internal sealed partial class Schedule(TimeSpan nodeLease, TimeSpan longestBackoff, ClockReading now)
{
    private static readonly ScheduleChange Stale = new(ScheduleOutcome.Stale, []);
    private static readonly ScheduleChange Repeated = new(ScheduleOutcome.Repeated, []);

    private static readonly TimeSpan LongestClassWait = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TrialKey, OpenTrial> _trials = [];
    private readonly PhaseIndexes _indexes = new();
    private readonly Dictionary<NodeName, TimeSpan> _heard = []; // When each live node synchronised last.
    private TimeSpan _watchedSince = now.Elapsed;
    private TimeSpan _looked = now.Elapsed;
    private bool _isDraining;

    /// <summary>The open trials.</summary>
    public IReadOnlyCollection<OpenTrial> Trials => _trials.Values;

    /// <summary>What is derived from them.</summary>
    public PhaseIndexes Indexes => _indexes;

    /// <summary>Where a trial stands; null when it is not open.</summary>
    public OpenTrial? Find(TrialKey trial) => _trials.GetValueOrDefault(trial);

    /// <summary>The attempt is committed as running.</summary>
    public ScheduleChange Started(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { } trial) return Stale;
        if (trial.Phase is not Starting { Place: var place } || trial.CurrentOrNext != attempt)
            return trial.Phase is Running && trial.CurrentOrNext == attempt ? Repeated : Stale;
        Put(trial.Facts with { Attempt = attempt.Attempt, NotBefore = null }, new Running(place, IsNeeded: true));
        return Apply(now, [new PokeNode(place.Node)]);
    }

    /// <summary>The attempt was not committed, because the trial does not wait for it: the ledger knows why.</summary>
    public ScheduleChange StartRefused(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting } trial || trial.CurrentOrNext != attempt) return Stale;
        Remove(trial);
        _isBehind = true;
        return Apply(now);
    }

    /// <summary>Whether the attempt was committed is not known: the next load tells.</summary>
    public ScheduleChange StartFailed(AttemptId attempt, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting starting } trial || trial.CurrentOrNext != attempt)
            return Stale;
        if (starting.IsUnresolved) return Repeated;
        Put(trial.Facts, starting with { IsUnresolved = true });
        _isBehind = true; // Loaded at the next tick, not at once: what failed may fail again immediately.
        return Apply(now);
    }

    /// <summary>The attempt's end is committed.</summary>
    public ScheduleChange Ended(AttemptId attempt, AttemptFollowUp sequel, ClockReading now)
    {
        if (Find(attempt.Trial) is not { Phase: Starting or Running } trial || trial.CurrentOrNext != attempt)
            return Stale;
        if (sequel.LacksImages && trial.Phase.Holds is { } place)
            _indexes.Slots.AddLackedImages(place.Node, trial.Facts.Images);
        if (sequel.IsOpen)
        {
            Wait(trial.Facts with
            {
                Attempt = attempt.Attempt,
                NotBefore = sequel.NotBefore,
                RanOutOn = sequel.RanOutOn,
                ResumesOn = sequel.ResumesOn,
                Trained = sequel.Trained,
            }, now);
        }
        else
        {
            Remove(trial);
        }

        return Apply(now);
    }

    /// <summary>A node has synchronised.</summary>
    /// <param name="node">The node.</param>
    /// <param name="offer">What it offers.</param>
    /// <param name="lackedImages">Digests of images that it cannot get: trials of them are not started there.</param>
    /// <param name="now">The time.</param>
    public ScheduleChange NodeReported(
        NodeName node, NodeOffer offer, IReadOnlyList<string> lackedImages, ClockReading now)
    {
        Watch(now);
        _heard[node] = now.Elapsed;
        _indexes.Slots.SetOffer(node, offer);
        _indexes.Slots.SetLackedImages(node, lackedImages);
        return Apply(now);
    }

    /// <summary>It is recorded how much GPU memory trials of a shape take.</summary>
    public ScheduleChange Measured(ShapePeak peak, ClockReading now)
    {
        _indexes.Slots.Peaks.Set(peak);
        return Apply(now);
    }

    /// <summary>A node has said goodbye, or was removed.</summary>
    public ScheduleChange NodeLeft(NodeName node, string how, ClockReading now)
    {
        GiveUp(node, $"node {node} {how}");
        return Apply(now, [.. LoseLost()]);
    }

    /// <summary>Time has passed.</summary>
    public ScheduleChange Tick(ClockReading now)
    {
        var commands = new List<ScheduleCommand>();
        if (_isBehind && !IsLoading) commands.Add(new LoadOpenTrials());
        Watch(now);
        foreach (var node in _indexes.Slots.Nodes.Where(node => IsSilent(node, now)).ToList())
            GiveUp(node, $"node {node} has not synchronised for {Wording.Duration(nodeLease)}");
        commands.AddRange(LoseLost()); // Again at every tick, until the ends are committed.
        return Apply(now, commands);
    }

    /// <summary>No further trial is started, and every node stops its trainers.</summary>
    public ScheduleChange Drain(ClockReading now)
    {
        if (_isDraining) return Repeated;
        _isDraining = true;
        return Apply(now, [.. _heard.Keys.Select(static node => new PokeNode(node))]);
    }

    /// <summary>
    /// What the trials that could go wait for. Those that demand the same have one entry for each sweep.
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

    /// <summary>What a node should run, and what it should stop.</summary>
    public NodeOrders OrdersFor(NodeName node)
    {
        var here = TrialsOn(node).Where(static trial => trial.Phase is Running { LostBecause: null })
            .ToLookup(trial => !_isDraining && trial.Phase is Running { IsNeeded: true },
                static trial => new AttemptOrder(trial.CurrentOrNext, trial.Facts.HangAfter));
        return new NodeOrders([.. here[true]], [.. here[false].Select(static order => order.Attempt)]);
    }

    // Whatever changed, a trial may be due or a slot free.
    private ScheduleChange Apply(ClockReading now, params List<ScheduleCommand> commands)
    {
        while (_indexes.FindDue(now.Elapsed) is { } due) Put(_trials[due].Facts, AtDue(_trials[due], now));
        if (!_isDraining) GiveOut(now, commands);
        return new ScheduleChange(ScheduleOutcome.Applied, commands);
    }

    // A backoff has ended, or a trial has waited long enough for its checkpoint's device class.
    private Queued AtDue(OpenTrial trial, ClockReading now) =>
        trial.Phase is Queued queued ? queued with { OwnClassUntil = null } : Enqueue(trial.Facts, now);

    // On another class the training of its checkpoint is repeated, so to wait for its own is worth as long.
    private Queued Enqueue(ScheduledTrial facts, ClockReading now)
    {
        if (TrialDemand.Of(facts).ResumesOn is not { } own || !_indexes.Slots.HasHeard(own))
            return new Queued(now.Elapsed);
        var longest = facts.Trained < LongestClassWait ? facts.Trained : LongestClassWait;
        return new Queued(now.Elapsed, OwnClassUntil: now.Elapsed + longest);
    }

    private void GiveOut(ClockReading now, List<ScheduleCommand> commands)
    {
        if (_indexes.Slots.FreeSlots == 0) return;
        var reserved = new Reservations();
        var blocked = new HashSet<TrialDemand>();
        foreach (var priority in _indexes.Alone.Priorities.Union(_indexes.Shared.Priorities).OrderDescending().ToList())
        {
            // A whole device takes its time to become free, so trials that run alone come before the others of their
            // priority.
            GiveOut(_indexes.Alone, priority);
            GiveOut(_indexes.Shared, priority);
        }

        // A trial that no device has room for keeps the one that is nearest to it from filling up again, so that its
        // turn comes.
        void GiveOut(TrialQueue queue, int priority)
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

    // Nothing is started there until it synchronises again.
    private void GiveUp(NodeName node, string reason)
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

    private IEnumerable<LoseAttempt> LoseLost() =>
        from trial in _indexes.Slots.Nodes.SelectMany(TrialsOn)
        let reason = (trial.Phase as Running)?.LostBecause
        where reason is not null
        select new LoseAttempt(trial.CurrentOrNext, reason);

    private IEnumerable<OpenTrial> TrialsOn(NodeName node) =>
        _indexes.Slots.TrialsOn(node).Select(trial => _trials[trial]);

    // This process, or its machine, was stopped: no node could be heard meanwhile, so each gets the time of its lease
    // again.
    private void Watch(ClockReading now)
    {
        var passed = now.Elapsed - _looked;
        _looked = now.Elapsed;
        if (passed < nodeLease / 2) return;
        _watchedSince = now.Elapsed;
        foreach (var node in _heard.Keys.ToList()) _heard[node] = now.Elapsed;
    }

    // A head that has just come back has heard no node yet: each has the time of its lease to synchronise.
    private bool IsSilent(NodeName node, ClockReading now) =>
        now.Elapsed - _heard.GetValueOrDefault(node, _watchedSince) > nodeLease;

    // A trial that is queued keeps its turn, and one that backs off is not put off for longer than it is.
    private void Wait(ScheduledTrial facts, ClockReading now)
    {
        var before = Find(facts.Key)?.Phase;
        var delay = (facts.NotBefore ?? DateTimeOffset.MinValue) - now.Utc;
        if (delay <= TimeSpan.Zero)
        {
            Put(facts, before is Queued ? before : Enqueue(facts, now));
            return;
        }

        // The wall clock may have been set back since the end of the backoff was recorded.
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
