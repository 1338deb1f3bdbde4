using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The order of the trials that wait for a slot: an index over the phases. Highest priority first; among sweeps of that
/// priority the one with the fewest trials on slots (fair share), then the sweep's name; within a sweep the order of
/// its grid.
/// </summary>
internal sealed class TrialQueue
{
    private static readonly Comparer<ScheduledTrial> ByOrder = Comparer<ScheduledTrial>.Create(static (a, b) =>
        a.Order != b.Order ? a.Order.CompareTo(b.Order) : string.CompareOrdinal(a.Key.Hex, b.Key.Hex));

    private readonly SortedDictionary<int, SortedDictionary<string, SweepQueue>> _byPriority =
        new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>Trials in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>The priorities of its trials, highest first.</summary>
    public IEnumerable<int> Priorities => _byPriority.Keys;

    /// <summary>What its trials demand, by the sweep on whose behalf they wait.</summary>
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

    /// <summary>Takes out a trial as it was added.</summary>
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

    /// <summary>The trial of a priority that goes next; null when none of it waits.</summary>
    /// <param name="priority">The priority.</param>
    /// <param name="onSlots">How many trials of a sweep hold a slot.</param>
    /// <param name="isPassedOver">True for what trials demand that cannot go now, whatever their turn.</param>
    public ScheduledTrial? FindNext(int priority, Func<string, int> onSlots, Func<TrialDemand, bool> isPassedOver) =>
        _byPriority.GetValueOrDefault(priority)?.OrderBy(sweep => onSlots(sweep.Key))
            .Select(sweep => sweep.Value.FindFirst(isPassedOver)).FirstOrDefault(static trial => trial is not null);

    /// <summary>Everything that is known, for tests: equal queues have equal texts.</summary>
    public override string ToString() =>
        string.Join('\n', _byPriority.SelectMany(static priority => priority.Value.Select(sweep =>
        $"{priority.Key} {sweep.Key}: "
        + string.Join(' ', sweep.Value.InOrder().Select(static trial => $"{trial.Order}/{trial.Key.Short}")))));

    // A sweep's trials by what they demand: usually few kinds of them.
    private sealed class SweepQueue : Dictionary<TrialDemand, SortedSet<ScheduledTrial>>
    {
        public ScheduledTrial? FindFirst(Func<TrialDemand, bool> isPassedOver) =>
            this.Where(demand => !isPassedOver(demand.Key)).Select(static demand => demand.Value.Min!)
                .Min(ByOrder);

        public IEnumerable<ScheduledTrial> InOrder() => Values.SelectMany(static trials => trials).Order(ByOrder);
    }
}
