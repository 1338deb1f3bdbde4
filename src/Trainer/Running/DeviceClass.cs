using System.Globalization;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// What a bit-exact resume needs to stay on, in one line: device or CPU model, instruction set, threads, torch build. For example
/// "cpu avx512_bf16 amd-epyc-9r14-25.17 t2 libtorch-2.10.0".
/// </summary>
internal static class DeviceClass
{
    // The best one that the CPU has stands for all that torch's kernels choose between.
    private static readonly string[] InstructionSets = ["amx_bf16", "avx512_bf16", "avx512_vnni", "avx512f", "avx2", "sve", "asimd"];

    // Users can hold torch or oneDNN to an older instruction set, which gives other bits.
    private static readonly string[] Restrictions = ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR"];

    /// <summary>Sets torch's threads and names the class. Before any tensor operation: torch fixes its threads at the first.</summary>
    public static string Use(TrialAssignment assignment)
    {
        if (assignment.Threads < 1) throw new BadInputException($"trial.json: threads: {assignment.Threads}; at least 1");
        TorchRuntime.Prepare(assignment.Threads);
        lock (Restrictions)
        {
            if (torch.get_num_interop_threads() != 1) torch.set_num_interop_threads(1); // Twice would end the process.
        }

        if (assignment.Device == "cuda") DeterministicKernels.Use(assignment.Spec.Tf32);

        var (device, instructions) = assignment.Device switch
        {
            "cpu" => (CpuModel(), CpuInstructions()),
            "cuda" when torch.cuda.is_available() => (GpuModel(), "cuda"),
            "cuda" => throw new BadInputException("trial.json: device: cuda is not to be had here; allowed: cpu"),
            var other => throw new BadInputException($"trial.json: device: '{other}'; allowed: cpu, cuda"),
        };
        var torchBuild = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return string.Create(
            CultureInfo.InvariantCulture, $"{assignment.Device} {instructions} {Slug(device)} t{torch.get_num_threads()} libtorch-{torch.__version__} torchsharp-{torchBuild}");
    }

    // Family and model, for virtual machines give names such as "AMD EPYC" to CPUs that differ in their caches, and so in oneDNN's blocks.
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
                         select $"{name.ToLowerInvariant()}={value.Replace(' ', '-')}"; // As it stands: torch tells upper case from lower.
        // Without fused multiply-add our own kernels round once more.
        string[] unfused = Fma.IsSupported || AdvSimd.IsSupported ? [] : ["no-fma"];
        return string.Join('+', restricted.Prepend(best).Concat(unfused));
    }

    private static string GpuModel()
    {
        const string Gpus = "/proc/driver/nvidia/gpus";
        if (!Directory.Exists(Gpus)) return "unknown";
        var models = Directory.EnumerateDirectories(Gpus)
            .Select(gpu => Field(Path.Combine(gpu, "information"), "Model"))
            .Distinct()
            .Order(StringComparer.Ordinal);
        return string.Join('+', models); // A machine with several models cannot tell here which one it was given.
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
        var letters = text.ToLowerInvariant().Replace("(r)", "").Replace("(tm)", "").Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '+' ? c : '-');
        return string.Join('-', new string([.. letters]).Split('-', StringSplitOptions.RemoveEmptyEntries));
    }
}
