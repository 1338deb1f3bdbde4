using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What follows the end of an attempt.</summary>
/// <param name="IsOpen">True when the trial waits for another attempt; false when it is settled or withdrawn.</param>
/// <param name="NotBefore">The end of its backoff; null: none.</param>
/// <param name="RanOutOn">The kind of device on which the trial ran out of memory: it gets one for itself; any: it
/// never did.</param>
/// <param name="LacksImages">The attempt's node could not get the trial's images: it gets no trial of them until it
/// reports otherwise.</param>
[Immutable]
public readonly record struct AttemptFollowUp(
    bool IsOpen, DateTimeOffset? NotBefore = null, DeviceKind RanOutOn = DeviceKind.Any, bool LacksImages = false)
{
    /// <summary>The device class on which the trial's latest checkpoint resumes exactly; null: it has none.</summary>
    public string? ResumesOn { get; init; }

    /// <summary>How long its epochs so far took.</summary>
    public TimeSpan Trained { get; init; }
}
