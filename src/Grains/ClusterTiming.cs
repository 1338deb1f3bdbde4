namespace Sbnn.Sweeps.Grains;

/// <summary>The cluster's periods and timeouts.</summary>
public sealed record ClusterTiming
{
    /// <summary>How often a node synchronises with the scheduler when the head does not ask for it.</summary>
    public TimeSpan SyncEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The grace period: how long trainers continue without their node.</summary>
    public TimeSpan TrainerGrace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a node may be silent before its trials are requeued. The lease is longer than the grace period, so that
    /// the node's trainers have exited by then.
    /// </summary>
    public TimeSpan NodeLease { get; set; } = TimeSpan.FromMinutes(16);

    /// <summary>
    /// The lease of a node whose trainers continue without it for the given grace period. By the end of the lease these
    /// trainers have written checkpoints and exited.
    /// </summary>
    public static TimeSpan LeaseFor(TimeSpan grace) =>
        grace + TimeSpan.FromSeconds(Math.Clamp(grace.TotalSeconds, 5, 60));

    /// <summary>The longest backoff.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a trainer may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
