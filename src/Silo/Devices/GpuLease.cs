using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>A trainer's place on a GPU, from its start until the GPU is free of it.</summary>
/// <param name="monitor">Watches the GPU.</param>
/// <param name="device">The GPU.</param>
/// <param name="attempt">The attempt.</param>
internal sealed class GpuLease(GpuMonitor monitor, GpuDevice device, AttemptId attempt)
{
    /// <summary>The GPU.</summary>
    public GpuDevice Device => device;

    /// <summary>
    /// The most memory, in MiB, that the trainer was seen to take; null when others were there too, or nothing was
    /// seen.
    /// </summary>
    public int? PeakMiB => monitor.PeakOf(device, attempt);

    /// <summary>
    /// True when the GPU was read since the trainer ended, and no longer holds memory of it, as far as that can be
    /// known;
    /// also where its memory is not known.
    /// </summary>
    /// <param name="since">The reading at which it was found to have ended.</param>
    public bool IsMemoryGone(long since) => monitor.IsMemoryGone(device, attempt, since);

    /// <summary>The number of the latest reading.</summary>
    public long Reading => monitor.Reading;

    /// <summary>Gives the place up.</summary>
    public void Leave() => monitor.Leave(device, attempt);
}
