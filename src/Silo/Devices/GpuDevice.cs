namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>A GPU, or a MIG device of one, that trainers of this machine may use.</summary>
/// <param name="Uuid">Its UUID, which <c>CUDA_VISIBLE_DEVICES</c> takes.</param>
/// <param name="Index">The number of the GPU in nvidia-smi, from 0: the order of the PCI bus.</param>
/// <param name="Name">Its model; of a MIG device with the profile.</param>
/// <param name="MemoryMiB">All its memory.</param>
/// <param name="ComputeCapability">Its CUDA compute capability, such as 9.0.</param>
/// <param name="Driver">The version of the driver.</param>
/// <param name="IsMig">True for a MIG device: nvidia-smi does not say how much of its memory is used.</param>
public sealed record GpuDevice(
    string Uuid, int Index, string Name, int MemoryMiB, string ComputeCapability, string Driver, bool IsMig = false);

/// <summary>A GPU as it was read at one moment.</summary>
/// <param name="Device">The GPU.</param>
/// <param name="UsedMiB">Memory that is used, by whomever; null when that is not known.</param>
/// <param name="UtilizationPercent">How busy it is, from 0 to 100; null when that is not known.</param>
public sealed record GpuReading(GpuDevice Device, int? UsedMiB, int? UtilizationPercent);
