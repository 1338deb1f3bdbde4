namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>What nvidia-smi reported about this machine's GPUs.</summary>
/// <param name="Gpus">The GPUs, in the order of nvidia-smi.</param>
/// <param name="Problem">Why GPUs are missing; null: no problem.</param>
public sealed record GpuInventory(IReadOnlyList<GpuReading> Gpus, string? Problem = null)
{
    /// <summary>True when nvidia-smi is not installed, as on a machine without an NVIDIA GPU.</summary>
    public bool IsNotInstalled { get; init; }

    internal static GpuInventory Failed(string problem) => new([], problem);
}
