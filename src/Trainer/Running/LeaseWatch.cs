using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Watches the lease, a counter that the node raises as long as it runs. Time is measured with this process's monotonic
/// clock, so the clocks of other machines and clock changes have no effect. A missing file counts as an unchanged
/// counter.
/// </summary>
internal sealed class LeaseWatch(string path, TimeSpan grace, TimeProvider time)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCheckInterval = TimeSpan.FromMinutes(1);

    // The most time that one check adds to the time without a change. Steps rarely take longer, so a longer time
    // between two checks means that this process, and perhaps its node, was suspended. The limit is below the grace
    // period, so that a node that resumes together with the trainer has time to renew the lease.
    private readonly TimeSpan _longestCheckInterval = grace / 2 < LongestCheckInterval ? grace / 2
        : LongestCheckInterval;
    private string? _counter = Read(path);
    private long _checkedAt = time.GetTimestamp();
    private TimeSpan _unchangedFor;

    /// <summary>
    /// True when the counter has not changed for the grace period. Always false for a grace period of zero. The call is
    /// fast enough for every step.
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

    /// <summary>
    /// The reason why the trainer must exit: a requested stop, or an expired lease. Null when it may continue.
    /// </summary>
    public AttemptEnding? FindStopReason(CancellationToken stop) =>
        stop.IsCancellationRequested ? AttemptEnding.Stopped : IsExpired() ? AttemptEnding.LeaseExpired : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null; // The file is missing or being replaced, so this check finds no change.
        }
    }
}
