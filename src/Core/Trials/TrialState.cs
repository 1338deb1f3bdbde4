namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Where a trial stands. Stored by name; a trial has exactly one.</summary>
public enum TrialState
{
    /// <summary>Wants a slot (perhaps only after its backoff).</summary>
    Waiting = 0,

    /// <summary>An attempt is assigned to a node.</summary>
    Running = 1,

    /// <summary>A complete result is committed.</summary>
    Finished = 2,

    /// <summary>Ended without a result; stays so until it is retried by request.</summary>
    Failed = 3,

    /// <summary>No live sweep wants it.</summary>
    Withdrawn = 4,
}
