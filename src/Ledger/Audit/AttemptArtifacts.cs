using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Audit;

/// <summary>What the ledger knows of an attempt that its folder must agree with.</summary>
public sealed record AttemptArtifacts
{
    public required AttemptId Id { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>True for the current attempt of a trial that runs.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>Where the trial stands.</summary>
    public required TrialState State { get; init; }

    /// <summary>Events up to this one are recorded.</summary>
    public required long LastSequence { get; init; }

    /// <summary>SHA-256 of the result that this attempt committed, if it did.</summary>
    public string? ResultSha256 { get; init; }
}
