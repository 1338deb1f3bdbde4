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

    private readonly SortedDictionary<int, SortedDictionary<string, SweepQueue>> _byPriority =
        new(Comparer<int>.Create(static (a, b) => b.CompareTo(a)));

    /// <summary>Trials in the queue.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a trial that is not in the queue.</summary>
    public void Add(ScheduledTrial trial)
    {
        Count++;
        if (!_byPriority.TryGetValue(trial.Priority, out var sweeps))
            _byPriority.Add(trial.Priority, sweeps = new(StringComparer.Ordinal));
        if (!sweeps.TryGetValue(trial.Sweep, out var images))
            sweeps.Add(trial.Sweep, images = new(StringComparer.Ordinal));
        if (!images.TryGetValue(trial.Images, out var trials))
            images.Add(trial.Images, trials = new(ByOrder));
        trials.Add(trial);
    }

    /// <summary>Takes out a trial as it was added.</summary>
    public void Remove(ScheduledTrial trial)
    {
        Count--;
        var sweeps = _byPriority[trial.Priority];
        var images = sweeps[trial.Sweep];
        var trials = images[trial.Images];
        trials.Remove(trial);
        if (trials.Count == 0) images.Remove(trial.Images);
        if (images.Count == 0) sweeps.Remove(trial.Sweep);
        if (sweeps.Count == 0) _byPriority.Remove(trial.Priority);
    }

    /// <summary>The trial that goes next; null when none waits.</summary>
    /// <param name="onSlots">How many trials of a sweep hold a slot.</param>
    /// <param name="isPassedOver">True for the images of trials that cannot go now, whatever their turn.</param>
    public ScheduledTrial? FindNext(Func<string, int> onSlots, Func<string, bool> isPassedOver)
    {
        foreach (var sweeps in _byPriority.Values)
        {
            var next = sweeps.OrderBy(sweep => onSlots(sweep.Key)).Select(sweep => sweep.Value.FindFirst(isPassedOver));
            if (next.FirstOrDefault(static trial => trial is not null) is { } trial) return trial;
        }

        return null;
    }

    /// <summary>Everything that is known, for tests: equal queues have equal texts.</summary>
    public override string ToString() => string.Join('\n', _byPriority.SelectMany(static priority => priority.Value.Select(sweep =>
        $"{priority.Key} {sweep.Key}: "
        + string.Join(' ', sweep.Value.InOrder().Select(static trial => $"{trial.Order}/{trial.Key.Short}")))));

    // A sweep's trials by their images: usually all have the same.
    private sealed class SweepQueue(StringComparer comparer)
        : SortedDictionary<string, SortedSet<ScheduledTrial>>(comparer)
    {
        public ScheduledTrial? FindFirst(Func<string, bool> isPassedOver) =>
            this.Where(images => !isPassedOver(images.Key)).Select(static images => images.Value.Min!)
                .Order(ByOrder).FirstOrDefault();

        public IEnumerable<ScheduledTrial> InOrder() => Values.SelectMany(static trials => trials).Order(ByOrder);
    }
}
