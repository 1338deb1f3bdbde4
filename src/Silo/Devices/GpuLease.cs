using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// A trainer's use of a GPU, from the trainer's start until the GPU has released the trainer's memory.
/// </summary>
/// <param name="monitor">Watches the GPU.</param>
/// <param name="device">The GPU.</param>
/// <param name="attempt">The attempt.</param>
internal sealed class GpuLease(GpuMonitor monitor, GpuDevice device, AttemptId attempt)
{
    /// <summary>The GPU.</summary>
    public GpuDevice Device => device;

    /// <summary>
    /// The trainer's measured peak memory in MiB; null when other trainers shared the GPU, or nothing was measured.
    /// </summary>
    public int? PeakMiB => monitor.PeakOf(device, attempt);

    /// <summary>
    /// True when a reading after the trainer's end shows that the GPU has released the trainer's memory, or cannot show
    /// it, because other trainers use the GPU or the memory of other programs is unknown. Also true when the GPU's
    /// memory cannot be read.
    /// </summary>
    /// <param name="since">The number of the reading that was the latest when the trainer had ended.</param>
    public bool IsMemoryGone(long since) => monitor.IsMemoryGone(device, attempt, since);

    /// <summary>The number of the latest reading of the GPUs.</summary>
    public long Reading => monitor.Reading;

    /// <summary>Ends the trainer's use of the GPU.</summary>
    public void Leave() => monitor.Leave(device, attempt);
}
