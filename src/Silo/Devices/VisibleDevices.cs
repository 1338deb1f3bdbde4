using System.Globalization;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// Applies <c>CUDA_VISIBLE_DEVICES</c> to a machine's GPUs. SLURM and Kubernetes set this variable to restrict a job's
/// GPUs. nvidia-smi ignores it, but trainers must respect it.
/// </summary>
internal static class VisibleDevices
{
    /// <summary>The variable's name.</summary>
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>The variable that sets the order in which CUDA numbers GPUs.</summary>
    public const string OrderVariable = "CUDA_DEVICE_ORDER";

    private const string BusOrder = "PCI_BUS_ID";

    /// <summary>
    /// The GPUs that CUDA would see. Entries are numbers, UUIDs or beginnings of UUIDs; the first entry that matches no
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
    /// A warning when CUDA may number the GPUs in another order than this program does: by default CUDA numbers the
    /// fastest GPU first. Null when the order cannot differ.
    /// </summary>
    public static string? Ambiguity(IReadOnlyList<GpuReading> gpus, string? visible, string? order) =>
        visible is not null && order != BusOrder && visible.Split(',', StringSplitOptions.TrimEntries).Any(IsNumber)
        && gpus.Select(static gpu => gpu.Device.Name).Distinct().Count() > 1
            ? $"{Variable}: sbnn numbers GPUs in the order of the PCI bus, but CUDA may use another order, because the "
                + "GPUs are not all the same model; "
                + $"set {OrderVariable}={BusOrder}, or name GPUs by UUID"
            : null;

    /// <summary>
    /// Finds the GPU that a number, a UUID or the beginning of a UUID names; null when no GPU matches, or several.
    /// </summary>
    public static GpuReading? Find(IReadOnlyList<GpuReading> gpus, string entry)
    {
        if (IsNumber(entry))
        {
            // When a number names a GPU in MIG mode, CUDA uses the GPU's first MIG device.
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
