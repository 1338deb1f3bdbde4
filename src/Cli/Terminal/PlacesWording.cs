using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Devices;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Describes the slots that a machine offers to trials.</summary>
internal static class PlacesWording
{
    /// <summary>CPU slots, GPUs, and the threads of each trainer.</summary>
    public static string Of(int cpuSlots, NodeGpus gpus, int threads)
    {
        var each = $"{Wording.Count(threads, "thread")} each";
        if (gpus.Devices.Count == 0) return $"{Wording.Count(cpuSlots, "CPU slot")}, {each}";
        var models = string.Join(", ", gpus.Devices.CountBy(static gpu => gpu.Name)
            .Select(static model => model.Value == 1 ? model.Key : $"{model.Value} × {model.Key}"));
        var cpu = cpuSlots == 0 ? "" : $" and {cpuSlots} on the CPU";
        return $"at most {Wording.Count(gpus.Slots, "slot")} on {Wording.Count(gpus.Devices.Count, "GPU")} "
            + $"({models}){cpu}, {each}";
    }
}
