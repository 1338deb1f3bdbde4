namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// What its owner wants of a sweep: durable, and no part of any trial. A trial runs while some sweep that is active
/// wants it.
/// </summary>
public enum DesiredState
{
    /// <summary>Its trials are to be trained.</summary>
    Active = 0,

    /// <summary>Its trials wait until it is resumed; what only it wanted stops with a checkpoint.</summary>
    Paused = 1,

    /// <summary>
    /// Its trials are wanted no more. Results that are there stay; submitting or resuming it makes it active again.
    /// </summary>
    Cancelled = 2,
}
