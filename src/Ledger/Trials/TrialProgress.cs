using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Where a trial stands.</summary>
public sealed record TrialProgress
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>The current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why it failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>A waiting trial's backoff ends here; null: it may go at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>It ran out of memory once: it waits for, or has, a node for itself.</summary>
    public bool RunsAlone { get; init; }

    /// <summary>The node of its current attempt.</summary>
    public NodeName? Node { get; init; }

    /// <summary>What its current attempt does, or waits for, before it can train; null when it trains, or is about to.</summary>
    public string? Doing { get; init; }

    /// <summary>Epochs trained; the figures below are this epoch's. 0: none yet.</summary>
    public required int Epoch { get; init; }

    public required int Correct { get; init; }

    public required int Total { get; init; }

    public required long Ones { get; init; }

    public required long Weights { get; init; }

    /// <summary>Seconds that this epoch took; null when not known.</summary>
    public double? EpochSeconds { get; init; }
}
