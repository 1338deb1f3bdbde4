using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>Finds the GPUs that trainers of this machine may use.</summary>
/// <param name="smi">Lists the machine's GPUs.</param>
/// <param name="warn">Receives a warning when there are no GPUs, or fewer than expected.</param>
public sealed class GpuDetection(NvidiaSmi smi, Action<string> warn)
{
    /// <summary>
    /// Finds the GPUs. Without a selection, the result is empty, with a warning, when they cannot be listed.
    /// </summary>
    /// <param name="selection">The value of <c>--gpus</c>; null selects all GPUs if the trainer can use them.</param>
    /// <param name="canUseCuda">Whether the trainer's libtorch can use GPUs.</param>
    /// <param name="cancellation">Cancels the search.</param>
    /// <exception cref="BadInputException">
    /// The selection names a GPU that does not exist, or GPUs are selected and none can be used.
    /// </exception>
    public async Task<IReadOnlyList<GpuDevice>> FindAsync(
        GpuSelection? selection, bool canUseCuda, CancellationToken cancellation)
    {
        if (selection == GpuSelection.None || (selection is null && !canUseCuda)) return [];
        var inventory = await smi.ReadAsync(cancellation);
        if (inventory.Gpus.Count == 0)
        {
            return inventory.IsNotInstalled && selection is null
                ? []
                : WithoutGpus(selection, inventory.Problem ?? "nvidia-smi lists no GPU");
        }

        if (inventory.Problem is { } problem) warn(problem);
        var (visible, order) = (Environment.GetEnvironmentVariable(VisibleDevices.Variable),
            Environment.GetEnvironmentVariable(VisibleDevices.OrderVariable));
        if (VisibleDevices.Ambiguity(inventory.Gpus, visible, order) is { } ambiguity) warn(ambiguity);
        var gpus = VisibleDevices.Of(inventory.Gpus, visible);
        return gpus.Count > 0
            ? (selection ?? GpuSelection.All).Choose(gpus)
            : WithoutGpus(selection, $"{VisibleDevices.Variable} is '{visible}'");
    }

    // A user who selects GPUs would lose days to trials that run on the CPU after a warning.
    private IReadOnlyList<GpuDevice> WithoutGpus(GpuSelection? selection, string why)
    {
        if (selection is not null)
        {
            throw new BadInputException(
                $"--gpus: no GPU of this machine can be used: {why} (allowed: none); remove the cause, or leave the "
                    + "option out to train on the CPU");
        }

        warn($"no GPU can be used, so trials run on the CPU: {why}");
        return [];
    }
}
