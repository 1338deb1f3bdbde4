using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>A trial that the ledger has, whichever sweep brought it, as a plan for further trials needs it.</summary>
public sealed record KnownTrial
{
    public required TrialKey Key { get; init; }

    public required TrialSpec Spec { get; init; }

    public required TrialState State { get; init; }

    /// <summary>Why it failed, or why it waits after an attempt.</summary>
    public string? Reason { get; init; }

    /// <summary>Epochs trained; 0: none yet.</summary>
    public required int Epoch { get; init; }

    /// <summary>Epochs whose time is known.</summary>
    public required int TimedEpochs { get; init; }

    /// <summary>How long these took together.</summary>
    public required TimeSpan TrainingTime { get; init; }

    /// <summary>The sweeps that have or had it in some revision, by name.</summary>
    public required IReadOnlyList<string> Sweeps { get; init; }
}
