using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Watches the counter that the node raises while it lives. Time is measured by this process's monotonic clock, so
/// neither another machine's clock nor a clock change matters. A missing file counts as an unchanged counter.
/// </summary>
internal sealed class LeaseWatch(string path, TimeSpan grace, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCheckInterval = TimeSpan.FromMinutes(1);

    // A step hardly ever takes longer than this. If two checks are further apart, this process was suspended, and
    // perhaps its node, too. So at most this much counts, and never the whole grace period: a node that wakes up with
    // the trainer has time to renew the lease.
    private readonly TimeSpan _longestCheckInterval = grace / 2 < LongestCheckInterval ? grace / 2
        : LongestCheckInterval;
    private string? _counter = Read(path);
    private long _checkedAt = time.GetTimestamp();
    private TimeSpan _unchangedFor;

    /// <summary>
    /// True once the counter has not changed for the grace period; never for a grace period of zero. Cheap enough to
    /// call after every step.
    /// </summary>
    public bool IsExpired()
    {
        var passed = time.GetElapsedTime(_checkedAt);
        if (grace <= TimeSpan.Zero || passed < CheckInterval) return false;
        _checkedAt = time.GetTimestamp();
        var before = _counter;
        _counter = Read(path);
        _unchangedFor = _counter != before ? TimeSpan.Zero
            : _unchangedFor + (passed < _longestCheckInterval ? passed : _longestCheckInterval);
        return _unchangedFor >= grace;
    }

    /// <summary>Why the trainer must exit: it was asked to, or the lease expired; null otherwise.</summary>
    public AttemptEnding? WhyLeave(CancellationToken stop) =>
        stop.IsCancellationRequested ? AttemptEnding.Stopped : IsExpired() ? AttemptEnding.LeaseExpired : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // Missing, or just being replaced: no change until the next check.
        }
    }
}
