namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// What the owner of a sweep requests. It is stored with the sweep and belongs to no trial. A trial runs while at least
/// one active sweep needs it.
/// </summary>
public enum DesiredState
{
    /// <summary>The sweep's trials are trained.</summary>
    Active = 0,

    /// <summary>
    /// The sweep's trials wait until it is resumed. Running trials that no other active sweep needs stop with a
    /// checkpoint.
    /// </summary>
    Paused = 1,

    /// <summary>
    /// The sweep no longer needs its trials. Existing results stay. Submitting or resuming the sweep makes it active
    /// again.
    /// </summary>
    Cancelled = 2,
}
