using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// A trial that the ledger already has, from any sweep, with the values that the plan of a new sweep needs.
/// </summary>
public sealed record KnownTrial
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why the trial failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of trained epochs; 0 before the first.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs whose time is known.</summary>
    public required int TimedEpochs { get; init; }

    /// <summary>The total time of the epochs whose time is known.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>True when the trial is finished and its weights were kept.</summary>
    public bool HasWeights { get; init; }

    /// <summary>The names of the sweeps that have or had the trial in some revision.</summary>
    public required IReadOnlyList<string> Sweeps { get; init; }
}
