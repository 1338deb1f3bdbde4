using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>How many trials of a plan a machine's GPUs train at once, by what is known of their memory.</summary>
internal static class GpuCapacity
{
    /// <summary>
    /// As many on each GPU as the largest of the trials has room beside its like; one on a GPU on which not all of
    /// their shapes are measured.
    /// </summary>
    public static int Of(NodeGpus gpus, IReadOnlyList<ShapePeak> peaks, IEnumerable<TrialSpec> trials)
    {
        var shapes = trials.Select(TrialShape.Of).ToHashSet();
        return gpus.Devices.Sum(device =>
        {
            var known = peaks.Where(peak => peak.Model == device.Name && shapes.Contains(peak.Shape)).ToList();
            return known.Count < shapes.Count || known.Count == 0
                ? 1
                : Math.Clamp(
                    (int)((device.MemoryMiB - gpus.ReserveMiB) / (1.1 * known.Max(static peak => peak.PeakMiB))),
                    1, gpus.SlotsOf(device));
        });
    }
}
