using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Where a trial of a sweep stands.</summary>
public sealed record TrialProgress
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Its place in the order of the sweep's grid, from 0.</summary>
    public required int Order { get; init; }

    /// <summary>The current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why it failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>A waiting trial's backoff ends here; null: it may start immediately.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>It ran out of memory once: it waits for, or has, a node for itself.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>
    /// The device class on which a waiting trial's latest checkpoint resumes exactly; null: it has none.
    /// </summary>
    public string? ResumesOn { get; init; }

    /// <summary>The active sweep on whose behalf it runs or waits; null: no active sweep needs it.</summary>
    public string? NeededBy { get; init; }

    /// <summary>The node of its current attempt.</summary>
    public NodeName? Node { get; init; }

    /// <summary>
    /// What its current attempt does, or waits for, before it can train; null when it trains, or is about to.
    /// </summary>
    public string? Doing { get; init; }

    /// <summary>Epochs trained; the metrics below are this epoch's. 0: none yet.</summary>
    public required int Epoch { get; init; }

    /// <summary>Test images that were classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images.</summary>
    public required int Total { get; init; }

    /// <summary>Binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>Binary weights.</summary>
    public required long Weights { get; init; }

    /// <summary>How long this epoch took; null when not known.</summary>
    public TimeSpan? EpochTime { get; init; }

    /// <summary>How a failed trial's last attempt ended; null for a trial in another state.</summary>
    public TrialFailure? Failure { get; init; }

    /// <summary>Its current attempt.</summary>
    public AttemptId AttemptId => new(Key, Attempt);
}
