using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger;

/// <summary>A sweep's latest revision and where its trials stand.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The latest revision.</param>
/// <param name="Trials">Its trials, in the order of the grid.</param>
public sealed record SweepProgress(string Name, int Revision, IReadOnlyList<TrialProgress> Trials);

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

    /// <summary>The node it runs on.</summary>
    public string? Node { get; init; }

    /// <summary>Epochs trained; the figures below are this epoch's. 0: none yet.</summary>
    public required int Epoch { get; init; }

    public required int Correct { get; init; }

    public required int Total { get; init; }

    public required long Ones { get; init; }

    public required long Weights { get; init; }

    /// <summary>Seconds of the last epoch that this attempt trained; null when not known.</summary>
    public double? EpochSeconds { get; init; }
}

/// <summary>A line of the list of sweeps.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The latest revision.</param>
/// <param name="Trials">How many trials it has.</param>
/// <param name="Finished">How many of them are finished.</param>
/// <param name="Failed">How many of them failed.</param>
public sealed record SweepSummary(string Name, int Revision, int Trials, int Finished, int Failed);
