using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Watches the counter that the node raises while it lives. Time is this process's monotonic time: no clock of another
/// machine and no clock change decides. A missing file counts as a counter that stands still.
/// </summary>
internal sealed class LeaseWatch(string path, TimeSpan grace, TimeProvider time)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    // Hardly a step takes longer: between two looks that are further apart this process was stopped, and perhaps its
    // node with it. Never the whole grace period: a node that wakes up with it has its time to renew.
    private readonly TimeSpan _longestLook = grace / 2 < LongestLook ? grace / 2 : LongestLook;
    private string? _counter = Read(path);
    private long _looked = time.GetTimestamp();
    private TimeSpan _still;

    /// <summary>
    /// True once the counter has stood still for the grace period; never when that is zero. Cheap to ask after every
    /// step.
    /// </summary>
    public bool IsExpired()
    {
        var passed = time.GetElapsedTime(_looked);
        if (grace <= TimeSpan.Zero || passed < BetweenLooks) return false;
        _looked = time.GetTimestamp();
        var before = _counter;
        _counter = Read(path);
        _still = _counter != before ? TimeSpan.Zero : _still + (passed < _longestLook ? passed : _longestLook);
        return _still >= grace;
    }

    /// <summary>Why the trainer is to leave, if so: it was asked to, or the lease is over.</summary>
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
            return null; // Absent, or just being replaced: seen as no change until the next look.
        }
    }
}
