using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>Copies data from the CPU to a trial's device.</summary>
internal static class Upload
{
    /// <summary>
    /// Returns the tensor on the device, without waiting for the copy. The copy reads pinned memory, which torch keeps
    /// until the copy is done. On the CPU, returns the tensor itself.
    /// </summary>
    public static Tensor UploadTo(this Tensor made, Device device)
    {
        if (device.type == TorchSharp.DeviceType.CPU) return made;
        if (device.type != TorchSharp.DeviceType.CUDA) return made.to(device);
        using var pinned = made.pin_memory();
        return pinned.to(device, non_blocking: true);
    }
}
