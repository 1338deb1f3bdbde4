using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The order of the trials that wait for a slot: an index over the phases. The highest priority comes first; among
/// sweeps of equal priority the one with the fewest trials on slots (fair share), then the sweep's name; within a sweep
/// the order of its grid.
/// </summary>
internal sealed class TrialQueue
{
    private static readonly Comparer<ScheduledTrial> ByOrder = Comparer<ScheduledTrial>.Create(static (a, b) =>
        a.Order != b.Order ? a.Order.CompareTo(b.Order) : string.CompareOrdinal(a.Key.Hex, b.Key.Hex));

    private readonly SortedDictionary<int, SortedDictionary<string, SweepQueue>> _byPriority =
        new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>The number of trials in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>The priorities of the queued trials, highest first.</summary>
    public IEnumerable<int> Priorities => _byPriority.Keys;

    /// <summary>What the queued trials demand, by the sweep that needs them.</summary>
    public IEnumerable<(string Sweep, TrialDemand Demand)> Demands =>
        from sweeps in _byPriority.Values
        from sweep in sweeps
        from demand in sweep.Value.Keys
        select (sweep.Key, demand);

    /// <summary>Adds a trial that is not in the queue.</summary>
    public void Add(ScheduledTrial trial, TrialDemand demand)
    {
        Count++;
        if (!_byPriority.TryGetValue(trial.Priority, out var sweeps))
            _byPriority.Add(trial.Priority, sweeps = new(StringComparer.Ordinal));
        if (!sweeps.TryGetValue(trial.Sweep, out var demands)) sweeps.Add(trial.Sweep, demands = []);
        if (!demands.TryGetValue(demand, out var trials)) demands.Add(demand, trials = new(ByOrder));
        trials.Add(trial);
    }

    /// <summary>Removes a trial with the same demand with which it was added.</summary>
    public void Remove(ScheduledTrial trial, TrialDemand demand)
    {
        Count--;
        var sweeps = _byPriority[trial.Priority];
        var demands = sweeps[trial.Sweep];
        var trials = demands[demand];
        trials.Remove(trial);
        if (trials.Count == 0) demands.Remove(demand);
        if (demands.Count == 0) sweeps.Remove(trial.Sweep);
        if (sweeps.Count == 0) _byPriority.Remove(trial.Priority);
    }

    /// <summary>Finds the next trial of a priority; null when no trial of that priority can start.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="onSlots">How many trials of a sweep hold a slot.</param>
    /// <param name="isPassedOver">True for demands that no device can meet now; their trials are skipped.</param>
    public ScheduledTrial? FindNext(int priority, Func<string, int> onSlots, Func<TrialDemand, bool> isPassedOver) =>
        _byPriority.GetValueOrDefault(priority)?.OrderBy(sweep => onSlots(sweep.Key))
            .Select(sweep => sweep.Value.FindFirst(isPassedOver)).FirstOrDefault(static trial => trial is not null);

    /// <summary>The whole state as text, so that tests can compare queues.</summary>
    public override string ToString() =>
        string.Join('\n', _byPriority.SelectMany(static priority => priority.Value.Select(sweep =>
        $"{priority.Key} {sweep.Key}: "
        + string.Join(' ', sweep.Value.InOrder().Select(static trial => $"{trial.Order}/{trial.Key.Short}")))));

    // A sweep's trials by their demand. A sweep usually has few distinct demands.
    private sealed class SweepQueue : Dictionary<TrialDemand, SortedSet<ScheduledTrial>>
    {
        public ScheduledTrial? FindFirst(Func<TrialDemand, bool> isPassedOver) =>
            this.Where(demand => !isPassedOver(demand.Key)).Select(static demand => demand.Value.Min!)
                .Min(ByOrder);

        public IEnumerable<ScheduledTrial> InOrder() => Values.SelectMany(static trials => trials).Order(ByOrder);
    }
}
