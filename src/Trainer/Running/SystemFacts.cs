using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core.Protocol;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>What this process knows of its own build, its packages and its machine, for a trial's provenance.</summary>
internal static class SystemFacts
{
    private const int KibOfMib = 1024;

    /// <summary>The build, the packages and the machine. Torch must be loaded.</summary>
    public static TrainerFacts Read() => new()
    {
        Version = typeof(SystemFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion,
        TorchSharp = typeof(torch).Assembly.GetName().Version!.ToString(3),
        Libtorch = DeviceClass.Libtorch(),
        DotNet = Environment.Version.ToString(),
        Os = RuntimeInformation.OSDescription,
        Kernel = TryRead("/proc/sys/kernel/osrelease")?.Trim(),
        MemoryMiB = MibOf(TryRead("/proc/meminfo"), "MemTotal:"),
    };

    /// <summary>The most memory that this process has held so far, in MiB; null where it is not known.</summary>
    public static int? PeakMemoryMiB() => MibOf(TryRead("/proc/self/status"), "VmHWM:");

    // A line of these files reads "MemTotal:       24576000 kB".
    private static int? MibOf(string? file, string field)
    {
        var line = file?.Split('\n').FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        var words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words is [_, var number, ..]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            ? (int)(kib / KibOfMib) : null;
    }

    // Provenance must not end a training: a system without these files leaves the values out.
    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
