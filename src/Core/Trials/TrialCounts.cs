namespace Sbnn.Sweeps.Core.Trials;

/// <summary>How many of a sweep's trials are in each state.</summary>
public sealed record TrialCounts
{
    /// <summary>All of them.</summary>
    public required int Trials { get; init; }

    /// <summary>Those that want a slot.</summary>
    public required int Waiting { get; init; }

    /// <summary>Those that hold a slot.</summary>
    public required int Running { get; init; }

    /// <summary>Those with a result.</summary>
    public required int Finished { get; init; }

    /// <summary>Those that failed.</summary>
    public required int Failed { get; init; }

    /// <summary>Those that no active sweep needs.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>How many are in one state.</summary>
    public int Of(TrialState state) => state switch
    {
        TrialState.Waiting => Waiting,
        TrialState.Running => Running,
        TrialState.Finished => Finished,
        TrialState.Failed => Failed,
        TrialState.Withdrawn => Withdrawn,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a state of a trial"),
    };
}
