namespace Sbnn.Sweeps.Grains;

/// <summary>The cluster's periods and patience.</summary>
public sealed record ClusterTiming
{
    /// <summary>How often a node synchronises with the scheduler without being poked.</summary>
    public TimeSpan SyncEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long trainers go on without their node: the grace period.</summary>
    public TimeSpan TrainerGrace { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long a node may be silent before its trials are requeued. Longer than the grace: its trainers have left by
    /// then.
    /// </summary>
    public TimeSpan NodeLease { get; set; } = TimeSpan.FromMinutes(16);

    /// <summary>
    /// The lease of a node whose trainers continue for so long without it: by its end they have written checkpoints and
    /// left.
    /// </summary>
    public static TimeSpan LeaseFor(TimeSpan grace) =>
        grace + TimeSpan.FromSeconds(Math.Clamp(grace.TotalSeconds, 5, 60));

    /// <summary>No backoff is longer.</summary>
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a trainer that was asked to stop may take before it is ended by force.</summary>
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(30);
}
