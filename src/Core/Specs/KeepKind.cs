namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The files that are kept of each trial of a sweep after the trial is finished.</summary>
public enum KeepKind
{
    /// <summary>No files except the trial's result and logs.</summary>
    Nothing = 0,

    /// <summary>The trial's best and last weights, in addition to its result and logs.</summary>
    Weights = 1,
}
