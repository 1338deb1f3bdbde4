namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>A GPU, or a MIG device of one, that trainers of this machine may use.</summary>
/// <param name="Uuid">The GPU's UUID, as used in <c>CUDA_VISIBLE_DEVICES</c>.</param>
/// <param name="Index">The number of the GPU in nvidia-smi, from 0, in the order of the PCI bus.</param>
/// <param name="Name">The model; for a MIG device also its profile.</param>
/// <param name="MemoryMiB">The total memory.</param>
/// <param name="ComputeCapability">The CUDA compute capability, such as 9.0.</param>
/// <param name="Driver">The version of the driver.</param>
/// <param name="IsMig">True for a MIG device, whose used memory nvidia-smi does not report.</param>
public sealed record GpuDevice(
    string Uuid, int Index, string Name, int MemoryMiB, string ComputeCapability, string Driver, bool IsMig = false);

/// <summary>The state of a GPU at one moment.</summary>
/// <param name="Device">The GPU.</param>
/// <param name="UsedMiB">The memory that all programs use together; null when that is not known.</param>
/// <param name="UtilizationPercent">The GPU's utilization, from 0 to 100; null when that is not known.</param>
public sealed record GpuReading(GpuDevice Device, int? UsedMiB, int? UtilizationPercent);
