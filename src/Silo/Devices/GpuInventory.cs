namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>What nvidia-smi said of this machine's GPUs.</summary>
/// <param name="Gpus">The GPUs, in its order.</param>
/// <param name="Problem">Why there is nothing, or less than there could be; null: there is no problem.</param>
public sealed record GpuInventory(IReadOnlyList<GpuReading> Gpus, string? Problem = null)
{
    /// <summary>True when the program is not on this machine, as on any without an NVIDIA GPU.</summary>
    public bool HasNoProgram { get; init; }

    internal static GpuInventory Failed(string problem) => new([], problem);
}
