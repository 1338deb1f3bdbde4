using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Audit;

/// <summary>
/// What the ledger records of an attempt. The files in the attempt's folder must agree with these values.
/// </summary>
public sealed record AttemptArtifacts
{
    public required AttemptId Id { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>True for the current attempt of a running trial.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>The trial's state.</summary>
    public required TrialState State { get; init; }

    /// <summary>Events up to this sequence number are recorded.</summary>
    public required long LastSequence { get; init; }

    /// <summary>SHA-256 of the result that this attempt committed; null when it has committed none.</summary>
    public string? ResultSha256 { get; init; }
}
