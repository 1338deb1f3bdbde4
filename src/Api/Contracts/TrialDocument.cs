using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A trial with its attempts and its result's provenance, independent of the sweeps that contain it.</summary>
public sealed record TrialDocument
{
    /// <summary>The trial's settings, state and progress.</summary>
    public required Trial Trial { get; init; }

    /// <summary>The sweeps whose latest revision contains the trial, by name.</summary>
    public required IReadOnlyList<string> Sweeps { get; init; }

    /// <summary>
    /// The attempts, first to last: node, device class, software, times, ending, reason, the epoch from which the
    /// attempt resumed, and whether resuming is exact there.
    /// </summary>
    public required IReadOnlyList<AttemptProvenance> Attempts { get; init; }

    /// <summary>The number of classes of the trial's images; omitted until the trial has started.</summary>
    public int? Classes { get; init; }

    /// <summary>SHA-256 of the result's file; omitted until the trial is finished.</summary>
    public string? ResultSha256 { get; init; }

    /// <summary>When the trial's result was committed; omitted until the trial is finished.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Whether the trial reached its sparsity target; omitted until the trial is finished.</summary>
    public ConstraintOutcome? Constraint { get; init; }
}
