using System.Globalization;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Trainer.Libraries;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The properties of a device and its software that must stay the same for a bit-exact resume, in one line: CPU model
/// and instruction set, or GPU model, compute capability, driver and CUDA; then the number of threads and torch's
/// build. For example "cpu avx512_bf16 amd-epyc-9r14-25.17 t2 libtorch-2.10.0".
/// </summary>
internal static partial class DeviceClass
{
    private const string Unknown = "unknown";

    // The instruction sets between which torch's kernels choose, best first. The best one of a CPU implies the others.
    private static readonly string[] InstructionSets =
        ["amx_bf16", "avx512_bf16", "avx512_vnni", "avx512f", "avx2", "sve", "asimd"];

    // With these variables a user can restrict torch or oneDNN to an older instruction set, which changes the results'
    // bits.
    private static readonly string[] Restrictions =
        ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR"];

    /// <summary>
    /// Loads torch, sets its threads, and returns the device class. This must be called before any tensor operation,
    /// because torch fixes its threads at the first operation.
    /// </summary>
    public static string Use(TrialAssignment assignment)
    {
        if (assignment.Threads < 1)
            throw new BadInputException(
                $"trial.json: threads: {assignment.Threads} is not allowed (allowed: at least 1)");
        TorchRuntime.Prepare(assignment.Threads);
        lock (Restrictions)
        {
            // Setting the number a second time would end the process.
            if (torch.get_num_interop_threads() != 1) torch.set_num_interop_threads(1);
        }

        if (assignment.Device == "cuda") DeterministicKernels.Use(assignment.Spec.Tf32);

        var device = assignment.Device switch
        {
            "cpu" => $"{CpuInstructions()} {Slug(CpuModel())}",
            "cuda" when torch.cuda.is_available() => OfGpu(assignment.Gpu ?? GpuOfDriver(), CudaRuntime.Version()),
            "cuda" => throw new BadInputException(
                "trial.json: device: cuda is not available on this machine (allowed: cpu)"),
            var other => throw new BadInputException(
                $"trial.json: device: '{other}' is not allowed (allowed: cpu, cuda)"),
        };
        var torchBuild = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{assignment.Device} {device} t{torch.get_num_threads()} libtorch-{Libtorch()} torchsharp-{torchBuild}");
    }

    /// <summary>The version of the libtorch that is loaded.</summary>
    internal static string Libtorch() =>
        LoadedTorch.FindOther(TorchFolder.FromEnvironment()?.Version) ?? torch.__version__;

    /// <summary>
    /// The GPU's part of the device class: "sm-9.0 nvidia-h100-80gb-hbm3 driver-570.86.15 cuda-12.8".
    /// </summary>
    internal static string OfGpu(GpuFacts gpu, string? cuda) =>
        $"sm-{Slug(gpu.ComputeCapability)} {Slug(gpu.Name)} driver-{Slug(gpu.Driver)} cuda-{cuda ?? Unknown}";

    // The family and the model number are included, because virtual machines use names such as "AMD EPYC" for CPUs with
    // different caches. With other cache sizes oneDNN sums in other blocks, which changes the results' bits.
    private static string CpuModel()
    {
        var name = CpuField("model name") ?? CpuField("CPU part") ?? "unknown";
        return CpuField("cpu family") is { } family ? $"{name} {family}.{CpuField("model")}" : name;
    }

    private static string CpuInstructions()
    {
        var flags = (CpuField("flags") ?? CpuField("Features") ?? "").Split(' ');
        var best = InstructionSets.FirstOrDefault(flags.Contains) ?? "baseline";
        var restricted = from name in Restrictions
                         let value = Environment.GetEnvironmentVariable(name)
                         where !string.IsNullOrEmpty(value)
                         // The value is not changed to lower case, because torch distinguishes upper and lower case.
                         select $"{name.ToLowerInvariant()}={value.Replace(' ', '-')}";
        // Without the fused multiply-add instruction our own kernels round once more, which changes bits.
        string[] unfused = Fma.IsSupported || AdvSimd.IsSupported ? [] : ["no-fma"];
        return string.Join('+', restricted.Prepend(best).Concat(unfused));
    }

    // Reads the GPU's data from the driver's files. Used when the node sent none, as in a training that a user starts
    // without a node.
    private static GpuFacts GpuOfDriver()
    {
        // An example of the file's text: NVRM version: NVIDIA UNIX x86_64 Kernel Module 570.86.15 Thu …
        const string Version = "/proc/driver/nvidia/version";
        var driver = File.Exists(Version) ? DriverVersion().Match(File.ReadAllText(Version)) : Match.Empty;
        return new GpuFacts(Unknown, GpuModel(), Unknown, driver.Success ? driver.Value : Unknown);
    }

    [GeneratedRegex(@"[0-9]{3,}\.[0-9]+(\.[0-9]+)?")]
    private static partial Regex DriverVersion();

    private static string GpuModel()
    {
        const string Gpus = "/proc/driver/nvidia/gpus";
        if (!Directory.Exists(Gpus)) return Unknown;
        var models = Directory.EnumerateDirectories(Gpus)
            .Select(gpu => Field(Path.Combine(gpu, "information"), "Model"))
            .Distinct()
            .Order(StringComparer.Ordinal);
        return string.Join('+', models); // All models, because it is unknown which of the GPUs the trainer uses.
    }

    private static string? CpuField(string name) => Field("/proc/cpuinfo", name);

    private static string? Field(string path, string name)
    {
        if (!File.Exists(path)) return null;
        foreach (var line in File.ReadLines(path))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().SequenceEqual(name)) return line[(colon + 1)..].Trim();
        }

        return null;
    }

    private static string Slug(string text)
    {
        var letters = text.ToLowerInvariant().Replace("(r)", "").Replace("(tm)", "")
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '+' ? c : '-');
        return string.Join('-', new string([.. letters]).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}
