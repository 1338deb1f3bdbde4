namespace Sbnn.Sweeps.Grains;

/// <summary>The cluster's periods and timeouts.</summary>
public sealed record ClusterTiming
{
    /// <summary>How often a node synchronises with the scheduler without being poked.</summary>
    public TimeSpan SyncEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The grace period: how long trainers continue without their node.</summary>
    public TimeSpan TrainerGrace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a node may be silent before its trials are requeued. Longer than the grace period, so that its trainers
    /// have exited by then.
    /// </summary>
    public TimeSpan NodeLease { get; set; } = TimeSpan.FromMinutes(16);

    /// <summary>
    /// The lease of a node whose trainers continue without it for the given grace period. By the end of the lease they
    /// have written checkpoints and exited.
    /// </summary>
    public static TimeSpan LeaseFor(TimeSpan grace) =>
        grace + TimeSpan.FromSeconds(Math.Clamp(grace.TotalSeconds, 5, 60));

    /// <summary>The longest backoff.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a trainer may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
