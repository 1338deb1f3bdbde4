namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// A point in time by two clocks. The wall clock may jump; the monotonic one never does, so all waiting is measured by
/// it.
/// </summary>
/// <param name="Elapsed">Monotonic time since an arbitrary origin.</param>
/// <param name="Utc">The wall clock, in which the ledger records the ends of backoffs.</param>
internal readonly record struct ClockReading(TimeSpan Elapsed, DateTimeOffset Utc)
{
    /// <summary>This moment by a provider's clocks.</summary>
    public static ClockReading Of(TimeProvider time) =>
        new(TimeSpan.FromSeconds((double)time.GetTimestamp() / time.TimestampFrequency), time.GetUtcNow());
}
