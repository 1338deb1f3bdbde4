using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>A trial that wants a slot.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Sweep">The sweep on whose behalf it runs.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Order">Its place within the sweep.</param>
/// <param name="RunsAlone">It ran out of memory once: it gets a node for itself.</param>
/// <param name="Since">When it could have had a slot for the first time, as far as this head knows.</param>
internal sealed record QueuedTrial(TrialKey Trial, string Sweep, int Priority, int Order, bool RunsAlone = false, DateTimeOffset Since = default);

/// <summary>
/// The choice of the next trial: highest priority first; among sweeps of that priority the one with the fewest running trials (fair
/// share), then the sweep's name; within a sweep the order of its grid. A pure structure: no clock, no Orleans.
/// </summary>
internal sealed class TrialQueue
{
    private static readonly Comparer<QueuedTrial> ByOrder = Comparer<QueuedTrial>.Create(static (a, b) =>
        a.Order != b.Order ? a.Order.CompareTo(b.Order) : string.CompareOrdinal(a.Trial.Hex, b.Trial.Hex));

    private readonly Dictionary<TrialKey, QueuedTrial> _waiting = [];
    private readonly SortedDictionary<int, SortedDictionary<string, SortedSet<QueuedTrial>>> _byPriority =
        new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>Trials waiting.</summary>
    public int Count => _waiting.Count;

    /// <summary>The priority of the trial that goes next; null when none waits.</summary>
    public int? TopPriority => _byPriority.Count == 0 ? null : _byPriority.First().Key;

    /// <summary>A trial's entry; null when it does not wait.</summary>
    public QueuedTrial? Find(TrialKey trial) => _waiting.GetValueOrDefault(trial);

    /// <summary>Adds a trial, or replaces its entry (a changed priority).</summary>
    public void Enqueue(QueuedTrial trial)
    {
        Remove(trial.Trial);
        _waiting.Add(trial.Trial, trial);
        if (!_byPriority.TryGetValue(trial.Priority, out var sweeps))
            _byPriority.Add(trial.Priority, sweeps = new(StringComparer.Ordinal));
        if (!sweeps.TryGetValue(trial.Sweep, out var trials))
            sweeps.Add(trial.Sweep, trials = new(ByOrder));
        trials.Add(trial);
    }

    /// <summary>Takes a trial out of the queue; false when it is not there.</summary>
    public bool Remove(TrialKey trial)
    {
        if (!_waiting.Remove(trial, out var entry)) return false;
        var sweeps = _byPriority[entry.Priority];
        var trials = sweeps[entry.Sweep];
        trials.Remove(entry);
        if (trials.Count == 0) sweeps.Remove(entry.Sweep);
        if (sweeps.Count == 0) _byPriority.Remove(entry.Priority);
        return true;
    }

    /// <summary>Takes out the trials that match.</summary>
    public void RemoveWhere(Predicate<TrialKey> match)
    {
        foreach (var trial in _waiting.Keys.Where(trial => match(trial)).ToList()) Remove(trial);
    }

    /// <summary>Takes out the trial that goes next.</summary>
    /// <param name="runningOf">Trials of a sweep that hold a slot now.</param>
    public QueuedTrial? TakeNext(Func<string, int> runningOf)
    {
        if (_byPriority.Count == 0) return null;
        var sweeps = _byPriority.First().Value;
        var next = sweeps.MinBy(sweep => runningOf(sweep.Key)).Value.Min!;
        Remove(next.Trial);
        return next;
    }
}
