namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>Detects a trainer that has shown no sign of life for too long, by this machine's monotonic clock.</summary>
/// <param name="time">The clock.</param>
internal sealed class HangWatch(TimeProvider time)
{
    // When two calls are further apart than this, this process was stopped or busy, so only this much of the gap counts
    // as silence.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);
    private long _lastSign;
    private long _lastCall = time.GetTimestamp();
    private TimeSpan _silence;

    /// <summary>
    /// The longest allowed silence; zero: without limit. A revision may change it while the trainer runs.
    /// </summary>
    public TimeSpan Limit { get; set; }

    /// <summary>
    /// Returns true when the number <paramref name="sign"/>, which changes with each sign of life, has not changed for
    /// the whole limit, as far as this process observed it.
    /// </summary>
    public bool IsOver(long sign)
    {
        var before = _lastCall;
        _lastCall = time.GetTimestamp();
        var passed = time.GetElapsedTime(before, _lastCall);
        _silence = sign == _lastSign ? _silence + (passed < LongestGap ? passed : LongestGap) : TimeSpan.Zero;
        _lastSign = sign;
        return Limit > TimeSpan.Zero && _silence >= Limit;
    }
}
