namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// A point in time by two clocks. The wall clock may jump and the monotonic one never does, so waiting is measured by
/// the monotonic clock.
/// </summary>
/// <param name="Elapsed">Monotonic time since an arbitrary origin.</param>
/// <param name="Utc">The wall clock, in which the ledger records the ends of backoffs.</param>
internal readonly record struct ClockReading(TimeSpan Elapsed, DateTimeOffset Utc)
{
    /// <summary>Reads both clocks of a provider now.</summary>
    public static ClockReading Of(TimeProvider time) =>
        new(TimeSpan.FromSeconds((double)time.GetTimestamp() / time.TimestampFrequency), time.GetUtcNow());
}
