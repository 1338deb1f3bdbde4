using System.Globalization;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// What <c>CUDA_VISIBLE_DEVICES</c> leaves of a machine's GPUs, as SLURM and Kubernetes set it. nvidia-smi ignores it,
/// and trainers must not.
/// </summary>
internal static class VisibleDevices
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>The variable that says in which order CUDA numbers GPUs.</summary>
    public const string OrderVariable = "CUDA_DEVICE_ORDER";

    private const string BusOrder = "PCI_BUS_ID";

    /// <summary>
    /// The GPUs that CUDA would see: entries are numbers, UUIDs or beginnings of UUIDs, and the first one that names no
    /// GPU ends the list.
    /// </summary>
    /// <param name="gpus">All GPUs.</param>
    /// <param name="visible">The variable's value; null when it is not set.</param>
    public static IReadOnlyList<GpuReading> Of(IReadOnlyList<GpuReading> gpus, string? visible) => visible is null
        ? gpus
        : [.. visible.Split(',', StringSplitOptions.TrimEntries).Select(entry => Find(gpus, entry))
            .TakeWhile(static found => found is not null).OfType<GpuReading>()
            .DistinctBy(static gpu => gpu.Device.Uuid)];

    /// <summary>
    /// A warning when the value's numbers may mean other GPUs than ours do: CUDA numbers the fastest first unless it is
    /// told otherwise. Null when they cannot.
    /// </summary>
    public static string? Ambiguity(IReadOnlyList<GpuReading> gpus, string? visible, string? order) =>
        visible is not null && order != BusOrder && visible.Split(',', StringSplitOptions.TrimEntries).Any(IsNumber)
        && gpus.Select(static gpu => gpu.Device.Name).Distinct().Count() > 1
            ? $"{Variable}: its numbers are taken in the order of the PCI bus, and the GPUs are not all alike; "
                + $"set {OrderVariable}={BusOrder}, or name GPUs by UUID"
            : null;

    /// <summary>The GPU that a number, a UUID or the beginning of one names; null when none or several.</summary>
    public static GpuReading? Find(IReadOnlyList<GpuReading> gpus, string entry)
    {
        if (IsNumber(entry))
        {
            // Of a GPU in MIG mode CUDA takes the first MIG device.
            return int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? gpus.FirstOrDefault(gpu => gpu.Device.Index == index)
                : null;
        }

        if (entry.Length <= "GPU-".Length) return null;
        var named = gpus.Where(gpu => gpu.Device.Uuid.StartsWith(entry, StringComparison.OrdinalIgnoreCase)).ToList();
        return named is [var only] ? only : null;
    }

    private static bool IsNumber(string entry) => entry.Length > 0 && entry.All(char.IsAsciiDigit);
}
