namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>Tells when a trainer has shown no sign of life for too long, by this machine's monotonic clock.</summary>
/// <param name="time">The clock.</param>
internal sealed class HangWatch(TimeProvider time)
{
    // Between two looks that are further apart this process did not watch, for it was stopped itself, or busy.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);
    private long _sign;
    private long _looked = time.GetTimestamp();
    private TimeSpan _silence;

    /// <summary>How long is too long; zero: never. A revision may change it while the trainer runs.</summary>
    public TimeSpan Limit { get; set; }

    /// <summary>True when the sign of life has been this one for the whole limit, as far as was watched.</summary>
    public bool IsOver(long sign)
    {
        var before = _looked;
        _looked = time.GetTimestamp();
        var passed = time.GetElapsedTime(before, _looked);
        _silence = sign == _sign ? _silence + (passed < LongestLook ? passed : LongestLook) : TimeSpan.Zero;
        _sign = sign;
        return Limit > TimeSpan.Zero && _silence >= Limit;
    }
}
