using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The state and progress of a sweep's trial.</summary>
public sealed record TrialProgress
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>The position in the sweep's grid, from 0.</summary>
    public required int Order { get; init; }

    /// <summary>The current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why the trial failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>The end of a waiting trial's backoff; null: it may start immediately.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>True after the trial ran out of memory: it waits for a device of its own, or runs on one.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>
    /// The device class on which a waiting trial's latest checkpoint resumes exactly; null: no checkpoint.
    /// </summary>
    public string? ResumesOn { get; init; }

    /// <summary>The active sweep for which the trial runs or waits; null when no active sweep needs it.</summary>
    public string? NeededBy { get; init; }

    /// <summary>The node of the current attempt.</summary>
    public NodeName? Node { get; init; }

    /// <summary>
    /// What the current attempt does, or waits for, before it can train; null when it trains or is about to train.
    /// </summary>
    public string? Doing { get; init; }

    /// <summary>The number of trained epochs; the metrics below are from the last of them.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>The number of test images.</summary>
    public required int Total { get; init; }

    /// <summary>U, the number of binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>N, the number of binary weights.</summary>
    public required long Weights { get; init; }

    /// <summary>How long the last epoch took; null when unknown.</summary>
    public TimeSpan? EpochTime { get; init; }

    /// <summary>SHA-256 of the best weights of a finished trial; null when there are none.</summary>
    public string? BestWeights { get; init; }

    /// <summary>SHA-256 of the last weights of a finished trial; null when the weights were not kept.</summary>
    public string? LastWeights { get; init; }

    /// <summary>How a failed trial's last attempt ended; null for a trial in another state.</summary>
    public TrialFailure? Failure { get; init; }

    /// <summary>The current attempt.</summary>
    public AttemptId AttemptId => new(Key, Attempt);
}
