using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>A trial of a sweep with everything that the ledger records of it, including every epoch.</summary>
public sealed record TrialHistory
{
    /// <summary>The trial's position in the grid, from 0.</summary>
    public required int Ordinal { get; init; }

    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    /// <summary>The number of classes of the trial's images; null until the trial has started.</summary>
    public int? Classes { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why the trial failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of the result's file; null until the trial is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>When the trial's result was committed; null until the trial is finished.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Whether the trial reached its sparsity target; null until the trial is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>The epoch that the sweep's table reports; null when the table reports no epoch of this trial.</summary>
    public int? ReportedEpoch { get; init; }

    /// <summary>The trial's attempts, first to last.</summary>
    public IReadOnlyList<AttemptProvenance> Attempts { get; init; } = [];

    /// <summary>The trial's epochs, first to last. They are provisional until the trial is finished.</summary>
    public IReadOnlyList<RecordedEpoch> Epochs { get; init; } = [];
}

/// <summary>An epoch as the ledger records it.</summary>
/// <param name="Metrics">The measured values.</param>
/// <param name="Attempt">The attempt that reported the epoch.</param>
/// <param name="Seconds">Wall-clock seconds of training and evaluation; null when the epoch came with the
/// result.</param>
/// <param name="ImagesPerSecond">Training images per second, without evaluation; null when the epoch came with the
/// result.</param>
public sealed record RecordedEpoch(EpochRecord Metrics, int Attempt, double? Seconds, double? ImagesPerSecond);
