namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// The state of a sweep that its owner requested. It is stored with the sweep, not with the trials: a trial runs while
/// at least one active sweep needs it.
/// </summary>
public enum DesiredState
{
    /// <summary>The sweep's trials are trained.</summary>
    Active = 0,

    /// <summary>
    /// The sweep's trials wait until the sweep is resumed. Running trials that no other active sweep needs stop with a
    /// checkpoint.
    /// </summary>
    Paused = 1,

    /// <summary>
    /// The sweep no longer needs its trials. Existing results stay. Submitting or resuming the sweep makes it active
    /// again.
    /// </summary>
    Cancelled = 2,
}
