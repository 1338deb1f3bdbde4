using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The options that choose which GPUs a machine's trainers use, and how.</summary>
internal sealed class GpuOptions
{
    private const string Auto = "auto";
    private const int MostSlots = 64;

    private readonly Option<string?> _gpus = new("--gpus")
    {
        HelpName = "GPUs",
        Description = $"GPUs that trainers use. Allowed: {GpuSelection.Allowed}. If not given: all that "
            + "CUDA_VISIBLE_DEVICES allows if the trainer's libtorch supports CUDA, otherwise none.",
    };

    private readonly Option<string> _slotsPerGpu = new("--slots-per-gpu")
    {
        HelpName = "number",
        Description = "Maximum number of trainers on each GPU at the same time; fewer run when its memory is too "
            + $"small. Allowed: 1 to {MostSlots}, or {Auto}: {NodeGpus.DefaultSlots}, or 1 on a MIG device.",
        DefaultValueFactory = static _ => Auto,
    };

    private readonly Option<int> _reserve = SharedOptions.WholeNumber(
        "--gpu-reserve", 0, 1024 * 1024, fallback: 1024,
        "MiB of memory that stay free on a GPU with several trainers.", helpName: "MiB");

    /// <summary>All of these options, for the command that adds them.</summary>
    public IReadOnlyList<Option> All => [_gpus, _slotsPerGpu, _reserve];

    /// <summary>True when <c>--gpus</c> is given.</summary>
    public bool IsGiven(HomeCall call) => call.Get(_gpus) is not null;

    /// <summary>Finds the GPUs. When they cannot be found, the result is empty and a warning is printed.</summary>
    public async Task<NodeGpus> FindAsync(HomeCall call)
    {
        var selection = call.Get(_gpus) is { } given ? GpuSelection.Parse(given) : null;
        var slots = SlotsPerGpu(call.Get(_slotsPerGpu)!);
        var detection = new GpuDetection(NvidiaSmi.OfMachine(TimeProvider.System), call.Console.Warn);
        var hasCuda = selection is null && TrainerProgram.Find().HasCuda;
        var devices = await detection.FindAsync(selection, hasCuda, call.Cancellation);
        return new NodeGpus(devices, slots, call.Get(_reserve));
    }

    private static int? SlotsPerGpu(string given) => given == Auto ? null
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var slots)
            && slots is >= 1 and <= MostSlots
            ? slots
            : throw new BadInputException(
                $"--slots-per-gpu: {given} is not allowed (allowed: {Auto}, or a whole number from 1 to {MostSlots})");
}
