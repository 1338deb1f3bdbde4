using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// How many trials of a plan a machine's GPUs can train at the same time, estimated from measured memory.
/// </summary>
internal static class GpuCapacity
{
    /// <summary>
    /// Returns the sum, over the GPUs, of the number of copies of the largest trial that fit into the GPU's memory. A
    /// GPU counts as 1 when the memory of some trial's shape has not been measured on its model.
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
