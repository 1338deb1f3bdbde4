using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// The order of the trials that wait for a slot: an index over the phases. Highest priority first; among sweeps of that priority the one with
/// the fewest trials on slots (fair share), then the sweep's name; within a sweep the order of its grid.
/// </summary>
internal sealed class TrialQueue
{
    private static readonly Comparer<ScheduledTrial> ByOrder = Comparer<ScheduledTrial>.Create(static (a, b) =>
        a.Order != b.Order ? a.Order.CompareTo(b.Order) : string.CompareOrdinal(a.Key.Hex, b.Key.Hex));

    private readonly SortedDictionary<int, SortedDictionary<string, SortedSet<ScheduledTrial>>> _byPriority =
        new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>The priority of the trial that goes next; null when none waits.</summary>
    public int? TopPriority => _byPriority.Count == 0 ? null : _byPriority.First().Key;

    /// <summary>Adds a trial that is not in the queue.</summary>
    public void Add(ScheduledTrial trial)
    {
        if (!_byPriority.TryGetValue(trial.Priority, out var sweeps))
            _byPriority.Add(trial.Priority, sweeps = new(StringComparer.Ordinal));
        if (!sweeps.TryGetValue(trial.Sweep, out var trials))
            sweeps.Add(trial.Sweep, trials = new(ByOrder));
        trials.Add(trial);
    }

    /// <summary>Takes out a trial as it was added.</summary>
    public void Remove(ScheduledTrial trial)
    {
        var sweeps = _byPriority[trial.Priority];
        var trials = sweeps[trial.Sweep];
        trials.Remove(trial);
        if (trials.Count == 0) sweeps.Remove(trial.Sweep);
        if (sweeps.Count == 0) _byPriority.Remove(trial.Priority);
    }

    /// <summary>The trial that goes next; null when none waits.</summary>
    /// <param name="onSlots">How many trials of a sweep hold a slot.</param>
    public TrialKey? FindNext(Func<string, int> onSlots) =>
        _byPriority.Count == 0 ? null : _byPriority.First().Value.MinBy(sweep => onSlots(sweep.Key)).Value.Min!.Key;

    /// <summary>Everything that is known, for tests: equal queues have equal texts.</summary>
    public override string ToString() => string.Join('\n', _byPriority.SelectMany(static priority => priority.Value.Select(sweep =>
        $"{priority.Key} {sweep.Key}: {string.Join(' ', sweep.Value.Select(static trial => $"{trial.Order}/{trial.Key.Short}"))}")));
}
