using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <content>Loads the open trials from the ledger and merges them with the schedule's state.</content>
internal sealed partial class Schedule
{
    // Trials that ended during the current load, with their last attempt: the load may have read them before they
    // ended. Null when no load runs.
    private Dictionary<TrialKey, int>? _removed;
    private readonly HashSet<NodeName> _changedNodes = []; // Nodes whose orders a load changes.
    private int _load;
    private bool _isBehind; // The ledger holds changes that the schedule has not read.

    private bool IsLoading => _removed is not null;

    /// <summary>
    /// Begins a load of the ledger and returns its number. The result of an earlier load that has not returned is
    /// ignored.
    /// </summary>
    public int BeginLoad()
    {
        _removed = [];
        _isBehind = false;
        return ++_load;
    }

    /// <summary>Ends a load that could not read the ledger: the next tick requests another load.</summary>
    public ScheduleChange LoadFailed(int load)
    {
        if (load != _load || !IsLoading) return Stale;
        (_removed, _isBehind) = (null, true);
        return new ScheduleChange(ScheduleOutcome.Applied, []);
    }

    /// <summary>Applies the open trials as the ledger had them at one moment after <see cref="BeginLoad"/>.</summary>
    public ScheduleChange Loaded(int load, OpenTrials open, ClockReading now)
    {
        if (load != _load || _removed is not { } ended) return Stale;
        _removed = null;
        NoticePause(now);
        foreach (var peak in open.Peaks) _indexes.Slots.Peaks.Set(peak);
        var commands = new List<ScheduleCommand>();
        foreach (var waiting in open.Waiting.Where(trial => !IsOver(trial))) LoadWaiting(waiting, now);
        foreach (var running in open.Running.Where(running => !IsOver(running.Trial))) LoadRunning(running);
        _isBehind |= open.Waiting.Any(IsOver); // The trial may have been queued again since it ended.
        var known = open.Waiting.Concat(open.Running.Select(static running => running.Trial))
            .Select(static trial => trial.Key).ToHashSet();
        foreach (var gone in _trials.Values.Where(trial => !known.Contains(trial.Key)
            && trial.Phase is not Starting { IsUnresolved: false }).ToList())
            Remove(gone);
        commands.AddRange(LoseAttempts());
        commands.AddRange(_changedNodes.Select(static node => new PokeNode(node)));
        _changedNodes.Clear();
        return Apply(now, commands);

        // True for an attempt that ended while the ledger was read.
        bool IsOver(ScheduledTrial trial) => ended.TryGetValue(trial.Key, out var attempt) && trial.Attempt <= attempt;
    }

    private void LoadWaiting(ScheduledTrial read, ClockReading now)
    {
        switch (Find(read.Key))
        {
            case { } known when read.Attempt < known.Attempt: // The attempt has started since the ledger was read.
                Put(known.Facts with { Sweep = read.Sweep, Priority = read.Priority, Order = read.Order }, known.Phase);
                break;
            case { Phase: Starting { IsUnresolved: false } } starting when read.Attempt == starting.Attempt:
                Put(read, starting.Phase);
                break;
            default:
                Wait(read, now);
                break;
        }
    }

    private void LoadRunning(RunningTrial running)
    {
        var (read, place) = (running.Trial, new SlotAddress(running.Node, running.Slot, running.Gpu));
        switch (Find(read.Key))
        {
            case { Phase: Running phase } known when read.Attempt <= known.Attempt:
                if (read.Attempt < known.Attempt) break;
                if (phase.Place != place)
                {
                    // The attempt was ordered twice, and the ledger committed the order that this schedule had dropped.
                    _changedNodes.Add(phase.Place.Node);
                    LoadForeignStart(read, place, running.IsNeeded);
                    break;
                }

                if (phase.IsNeeded != running.IsNeeded) _changedNodes.Add(place.Node);
                Put(read, phase with { IsNeeded = running.IsNeeded });
                break;
            case { } known when read.Attempt <= known.Attempt: // The attempt has ended since the ledger was read.
                break;
            case { Phase: Starting starting } when starting.Place == place:
                Put(read, new Running(place, running.IsNeeded));
                _changedNodes.Add(place.Node);
                break;
            default:
                LoadForeignStart(read, place, running.IsNeeded);
                break;
        }
    }

    // Another activation of the scheduler ordered this start, and ended before the commit. No node has been ordered to
    // run the attempt yet, so it runs on its slot if that slot is free, and is ended as lost otherwise.
    private void LoadForeignStart(ScheduledTrial read, SlotAddress place, bool isNeeded)
    {
        if (Find(read.Key) is { } before) Remove(before);
        var isFree = _indexes.Slots.IsFree(place, read);
        Put(read, new Running(place, isNeeded, isFree ? null : $"another trial holds its slot on node {place.Node}"));
        _changedNodes.Add(place.Node);
    }
}
