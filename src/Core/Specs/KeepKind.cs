namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The files that are kept of each trial of a sweep after the trial is finished.</summary>
public enum KeepKind
{
    /// <summary>None besides its result and its logs.</summary>
    Nothing = 0,

    /// <summary>Its best and its last weights.</summary>
    Weights = 1,
}
