using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>Trials that wait for their backoff to end. A pure structure: the caller tells the time.</summary>
internal sealed class BackoffList
{
    private readonly Dictionary<TrialKey, (QueuedTrial Trial, long At)> _waiting = [];
    private readonly PriorityQueue<TrialKey, long> _byTime = new(); // May hold trials that are gone, or were put off again.

    /// <summary>How long a trial is put off after so many failures: twice as long each time, up to the longest.</summary>
    public static TimeSpan DelayAfter(int failures, double firstSeconds, TimeSpan longest) =>
        TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, firstSeconds * Math.Pow(2, Math.Max(0, failures - 1))));

    /// <summary>Puts a trial off until a timestamp, but not longer than it is put off already.</summary>
    public void Add(QueuedTrial trial, long at)
    {
        if (!_waiting.TryGetValue(trial.Trial, out var known) || at < known.At) _byTime.Enqueue(trial.Trial, at);
        else at = known.At;
        _waiting[trial.Trial] = (trial, at);
    }

    /// <summary>Forgets a trial, if it is here.</summary>
    public void Remove(TrialKey trial) => _waiting.Remove(trial);

    /// <summary>Forgets the trials that match.</summary>
    public void RemoveWhere(Predicate<TrialKey> match)
    {
        foreach (var trial in _waiting.Keys.Where(trial => match(trial)).ToList()) _waiting.Remove(trial);
    }

    /// <summary>Takes out a trial whose backoff has ended at <paramref name="now"/>; null when there is none.</summary>
    public QueuedTrial? TakeDue(long now)
    {
        while (_byTime.TryPeek(out var trial, out var at) && at <= now)
        {
            _byTime.Dequeue();
            if (_waiting.TryGetValue(trial, out var due) && due.At == at && _waiting.Remove(trial)) return due.Trial;
        }

        return null;
    }
}
