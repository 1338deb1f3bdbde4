using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>One trial with its attempts and epochs, independent of the sweeps that contain it.</summary>
public sealed record TrialDetail
{
    /// <summary>The trial's state and progress. Its order is 0.</summary>
    public TrialProgress Progress { get; init; } = null!;

    /// <summary>The number of classes of the trial's images; null until the trial has started.</summary>
    public int? Classes { get; init; }

    /// <summary>SHA-256 of the result's file; null until the trial is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>When the trial's result was committed; null until the trial is finished.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Whether the trial reached its sparsity target; null until the trial is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }

    /// <summary>The sweeps whose latest revision contains the trial.</summary>
    public IReadOnlyList<string> Sweeps { get; init; } = [];

    /// <summary>The attempts, first to last.</summary>
    public IReadOnlyList<AttemptProvenance> Attempts { get; init; } = [];

    /// <summary>The epochs without their layers, first to last. They are provisional until the trial is
    /// finished.</summary>
    public IReadOnlyList<RecordedEpoch> Epochs { get; init; } = [];
}
