using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core.Protocol;
using TorchSharp;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Reads the build, the packages and the machine of this process, for a trial's provenance.</summary>
internal static class SystemFacts
{
    private const int KibOfMib = 1024;

    /// <summary>Returns the build, the packages and the machine. Torch must be loaded.</summary>
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

    /// <summary>The peak memory of this process so far, in MiB; null when it is unknown.</summary>
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

    // On a system without these files the values are omitted, because missing provenance must not end a training.
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
