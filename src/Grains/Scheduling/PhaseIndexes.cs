using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Everything that is derived from the trials' phases: queue order, ends of backoffs, slots, and each sweep's share.
/// The indexes are updated with each change instead of being recomputed. At any time they equal the indexes that result
/// from adding every open trial to empty indexes.
/// </summary>
internal sealed class PhaseIndexes
{
    private static readonly Comparer<(TimeSpan Due, TrialKey Trial)> ByTime =
        Comparer<(TimeSpan Due, TrialKey Trial)>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : string.CompareOrdinal(a.Trial.Hex, b.Trial.Hex));

    private readonly SortedSet<(TimeSpan Due, TrialKey Trial)> _due = new(ByTime);
    private readonly Dictionary<string, int> _onSlots = new(StringComparer.Ordinal);

    /// <summary>Trials that may share a device while they wait for a slot.</summary>
    public TrialQueue Shared { get; } = new();

    /// <summary>Trials that wait for a device of their own, because they run alone.</summary>
    public TrialQueue Alone { get; } = new();

    /// <summary>Which trial holds which slot.</summary>
    public SlotBoard Slots { get; } = new();

    /// <summary>The number of trials whose backoff has not ended.</summary>
    public int BackingOff { get; private set; }

    /// <summary>How many trials of a sweep hold a slot.</summary>
    public int OnSlots(string sweep) => _onSlots.GetValueOrDefault(sweep);

    /// <summary>Finds a trial whose phase ends now without a message; null when no trial is due.</summary>
    public TrialKey? FindDue(TimeSpan now) => _due.Count > 0 && _due.Min.Due <= now ? _due.Min.Trial : null;

    /// <summary>Adds a trial.</summary>
    public void Add(OpenTrial trial)
    {
        if (trial.Phase.QueuedSince is not null) QueueOf(trial).Add(trial.Facts, TrialDemand.Of(trial));
        if (trial.Phase.Due is { } due) _due.Add((due, trial.Key));
        if (trial.Phase is BackingOff) BackingOff++;
        if (trial.Phase.Holds is not { } place) return;
        Slots.Occupy(trial.Facts, place);
        _onSlots[trial.Facts.Sweep] = OnSlots(trial.Facts.Sweep) + 1;
    }

    /// <summary>Removes a trial that was added in the same phase.</summary>
    public void Remove(OpenTrial trial)
    {
        if (trial.Phase.QueuedSince is not null) QueueOf(trial).Remove(trial.Facts, TrialDemand.Of(trial));
        if (trial.Phase.Due is { } due) _due.Remove((due, trial.Key));
        if (trial.Phase is BackingOff) BackingOff--;
        if (trial.Phase.Holds is not { } place) return;
        Slots.Free(trial.Key, place);
        if (--_onSlots[trial.Facts.Sweep] == 0) _onSlots.Remove(trial.Facts.Sweep);
    }

    /// <summary>The whole state as text, so that tests can compare indexes.</summary>
    public override string ToString() => string.Join(
        "\n--\n",
        Shared, Alone, Slots, string.Join(' ', _due),
        string.Join(' ', _onSlots.OrderBy(static share => share.Key, StringComparer.Ordinal)));

    private TrialQueue QueueOf(OpenTrial trial) => trial.Facts.RunsAlone ? Alone : Shared;
}
