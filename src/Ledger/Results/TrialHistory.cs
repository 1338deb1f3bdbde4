using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>A trial of a sweep with all that the ledger has of it, every epoch included.</summary>
public sealed record TrialHistory
{
    /// <summary>The trial's place in the order of the grid.</summary>
    public required int Ordinal { get; init; }

    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    /// <summary>Classes of its images; null until it has started.</summary>
    public int? Classes { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>SHA-256 of the result's file; null until it is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>When its result was committed; null until it is finished.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>How it stood to its target; null until it is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>The epoch that the sweep's table reports; null when there is none.</summary>
    public int? ReportedEpoch { get; init; }

    /// <summary>Its attempts, first to last.</summary>
    public IReadOnlyList<AttemptProvenance> Attempts { get; init; } = [];

    /// <summary>Its epochs, first to last: provisional until the trial is finished.</summary>
    public IReadOnlyList<RecordedEpoch> Epochs { get; init; } = [];
}

/// <summary>An epoch as the ledger has it.</summary>
/// <param name="Metrics">The measured values.</param>
/// <param name="Attempt">The attempt that reported it.</param>
/// <param name="Seconds">Wall-clock seconds of training and evaluation; null when the epoch came with the
/// result.</param>
/// <param name="ImagesPerSecond">Training images a second, without evaluation; null likewise.</param>
public sealed record RecordedEpoch(EpochRecord Metrics, int Attempt, double? Seconds, double? ImagesPerSecond);
