using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What follows the end of an attempt.</summary>
/// <param name="IsOpen">True when the trial waits for another attempt; false when the trial is finished, failed or
/// withdrawn.</param>
/// <param name="NotBefore">The end of the trial's backoff; null: none.</param>
/// <param name="RanOutOn">The kind of device on which the trial ran out of memory, so that its next attempt gets such a
/// device exclusively; <see cref="DeviceKind.Any"/> when it never ran out of memory.</param>
/// <param name="LacksImages">True when the attempt's node could not get the trial's images. The node gets no trial that
/// needs them until it reports that it has them.</param>
[Immutable]
public readonly record struct AttemptFollowUp(
    bool IsOpen, DateTimeOffset? NotBefore = null, DeviceKind RanOutOn = DeviceKind.Any, bool LacksImages = false)
{
    /// <summary>The device class on which the trial's latest checkpoint resumes exactly; null: no checkpoint.</summary>
    public string? ResumesOn { get; init; }

    /// <summary>How long the trial's epochs have taken so far.</summary>
    public TimeSpan Trained { get; init; }
}
