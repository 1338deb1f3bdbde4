namespace Sbnn.Sweeps.Core.Trials;

/// <summary>A trial's state, which is stored by its name.</summary>
public enum TrialState
{
    /// <summary>The trial waits for a slot, possibly until its backoff has passed.</summary>
    Waiting = 0,

    /// <summary>An attempt of the trial is assigned to a node.</summary>
    Running = 1,

    /// <summary>The trial's complete result is committed.</summary>
    Finished = 2,

    /// <summary>The trial ended without a result. It stays failed until a user retries it.</summary>
    Failed = 3,

    /// <summary>No active sweep needs the trial.</summary>
    Withdrawn = 4,
}
