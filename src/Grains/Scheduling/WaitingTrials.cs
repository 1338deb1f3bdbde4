namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>A group of trials that wait for the same reason.</summary>
/// <param name="Sweep">The sweep that needs the trials.</param>
/// <param name="Shape">The trials' shape.</param>
/// <param name="Images">The digest of the trials' images.</param>
/// <param name="RanOut">True when the trials ran out of memory.</param>
/// <param name="ResumesOn">The device class on which their checkpoints resume; null: any.</param>
internal readonly record struct WaitingTrials(
    string Sweep, string Shape, string Images, bool RanOut, string? ResumesOn);
