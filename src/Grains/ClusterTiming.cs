namespace Sbnn.Sweeps.Grains;

/// <summary>The cluster's periods and timeouts.</summary>
public sealed record ClusterTiming
{
    /// <summary>
    /// The time between two synchronisations of a node with the scheduler, unless the head asks for one earlier.
    /// </summary>
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

    /// <summary>The longest backoff: the longest time that a trial waits after a failed attempt.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a trainer may take to stop before it is killed.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
