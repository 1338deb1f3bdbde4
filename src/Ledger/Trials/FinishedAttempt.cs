using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The attempt that finished a trial.</summary>
public sealed record FinishedAttempt
{
    /// <summary>The attempt's number.</summary>
    public required int Attempt { get; init; }

    /// <summary>The node that ran the attempt and has its files.</summary>
    public required NodeName Node { get; init; }

    /// <summary>SHA-256 of the best weights; null when there are none.</summary>
    public string? BestWeights { get; init; }

    /// <summary>SHA-256 of the last weights; null when the weights were not kept.</summary>
    public string? LastWeights { get; init; }
}
