namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>Tells when a trainer has shown no sign of life for too long, by this machine's monotonic clock.</summary>
/// <param name="limit">How long; zero: never.</param>
/// <param name="time">The clock.</param>
internal sealed class HangWatch(TimeSpan limit, TimeProvider time)
{
    private long _sequence;
    private long _since = time.GetTimestamp();

    /// <summary>How long is too long.</summary>
    public TimeSpan Limit => limit;

    /// <summary>True when the newest event has been this one for the whole limit.</summary>
    public bool IsOver(long sequence)
    {
        if (sequence != _sequence) (_sequence, _since) = (sequence, time.GetTimestamp());
        return limit > TimeSpan.Zero && time.GetElapsedTime(_since) >= limit;
    }
}
