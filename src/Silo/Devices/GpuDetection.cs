using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>Finds the GPUs that trainers of this machine may use.</summary>
/// <param name="smi">Lists the machine's GPUs.</param>
/// <param name="warn">Receives a warning when there are no GPUs, or fewer than expected.</param>
public sealed class GpuDetection(NvidiaSmi smi, Action<string> warn)
{
    /// <summary>Finds the GPUs. Returns none, with a warning, when they cannot be listed.</summary>
    /// <param name="selection">The value of <c>--gpus</c>; null selects all GPUs if the trainer can use them.</param>
    /// <param name="canUseCuda">Whether the trainer's libtorch can use GPUs.</param>
    /// <param name="cancellation">Cancels the search.</param>
    /// <exception cref="BadInputException">The selection names a GPU that does not exist.</exception>
    public async Task<IReadOnlyList<GpuDevice>> FindAsync(
        GpuSelection? selection, bool canUseCuda, CancellationToken cancellation)
    {
        if (selection == GpuSelection.None || (selection is null && !canUseCuda)) return [];
        var inventory = await smi.ReadAsync(cancellation);
        if (inventory.Gpus.Count == 0)
        {
            if (selection is not null || !inventory.IsNotInstalled)
                warn($"no GPU can be used, so trials run on the CPU: {inventory.Problem ?? "nvidia-smi lists no GPU"}");
            return [];
        }

        if (inventory.Problem is { } problem) warn(problem);
        var (visible, order) = (Environment.GetEnvironmentVariable(VisibleDevices.Variable),
            Environment.GetEnvironmentVariable(VisibleDevices.OrderVariable));
        if (VisibleDevices.Ambiguity(inventory.Gpus, visible, order) is { } ambiguity) warn(ambiguity);
        var gpus = VisibleDevices.Of(inventory.Gpus, visible);
        if (gpus.Count > 0) return (selection ?? GpuSelection.All).Choose(gpus);
        warn($"no GPU can be used, so trials run on the CPU: {VisibleDevices.Variable} is '{visible}'");
        return [];
    }
}
