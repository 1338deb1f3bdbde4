namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The number of a sweep's trials in each state.</summary>
public sealed record TrialCounts
{
    /// <summary>The number of all trials.</summary>
    public required int Trials { get; init; }

    /// <summary>The number of trials that wait for a slot.</summary>
    public required int Waiting { get; init; }

    /// <summary>The number of trials that occupy a slot.</summary>
    public required int Running { get; init; }

    /// <summary>The number of trials with a result.</summary>
    public required int Finished { get; init; }

    /// <summary>The number of trials that failed.</summary>
    public required int Failed { get; init; }

    /// <summary>The number of trials that no active sweep needs.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>The number of trials in a state.</summary>
    public int Of(TrialState state) => state switch
    {
        TrialState.Waiting => Waiting,
        TrialState.Running => Running,
        TrialState.Finished => Finished,
        TrialState.Failed => Failed,
        TrialState.Withdrawn => Withdrawn,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "unknown trial state"),
    };
}
