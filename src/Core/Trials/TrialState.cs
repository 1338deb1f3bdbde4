namespace Sbnn.Sweeps.Core.Trials;

/// <summary>A trial's state. Stored by name; a trial has exactly one.</summary>
public enum TrialState
{
    /// <summary>Waits for a slot, possibly after its backoff.</summary>
    Waiting = 0,

    /// <summary>An attempt is assigned to a node.</summary>
    Running = 1,

    /// <summary>A complete result is committed.</summary>
    Finished = 2,

    /// <summary>Ended without a result; stays failed until a user retries it.</summary>
    Failed = 3,

    /// <summary>No active sweep needs it.</summary>
    Withdrawn = 4,
}
