using System.Globalization;
using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>Parses the output of <c>nvidia-smi</c>.</summary>
internal static partial class SmiOutput
{
    /// <summary>
    /// The fields to query for each GPU. The name may contain commas, so lines are split from both ends.
    /// </summary>
    public const string Query =
        "index,uuid,name,memory.total,memory.used,utilization.gpu,compute_cap,driver_version,mig.mode.current,"
        + "compute_mode,pci.bus_id";

    private const int BeforeName = 2, AfterName = 8;

    /// <summary>
    /// Parses the output of <c>--query-gpu</c>; GPUs in MIG mode are replaced with their MIG devices.
    /// </summary>
    /// <param name="csv">The output of <c>--query-gpu</c>.</param>
    /// <param name="migLists">The output of <c>-L</c>, which lists MIG devices; empty when it was not queried.</param>
    public static GpuInventory Read(string csv, string migLists)
    {
        var gpus = new List<GpuReading>();
        var problems = new List<string>();
        var migs = ReadMigs(migLists);
        foreach (var line in csv.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (FieldsOf(line) is not { } fields)
                return GpuInventory.Failed($"the output cannot be parsed: '{Shortened(line)}'");
            var (device, isMig) = (fields.Device, fields.IsMig);
            if (isMig) gpus.AddRange(migs.Where(mig => mig.Gpu == device.Index).Select(mig => mig.Of(device)));
            else if (device.MemoryMiB > 0) gpus.Add(new GpuReading(device, fields.UsedMiB, fields.Utilization));
            else problems.Add($"GPU {device.Index} ({device.Name}) does not report how much memory it has");
        }

        return new GpuInventory(gpus, problems.Count == 0 ? null : string.Join("; ", problems));
    }

    /// <summary>True when a GPU of the output is in MIG mode, so that its MIG devices have to be listed.</summary>
    public static bool HasMig(string csv) =>
        csv.Split('\n').Any(static line => FieldsOf(line.Trim()) is { IsMig: true });

    private static (GpuDevice Device, int? UsedMiB, int? Utilization, bool IsMig)? FieldsOf(string line)
    {
        var parts = line.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length < BeforeName + 1 + AfterName || Number(parts[0]) is not { } index || parts[1].Length == 0)
            return null;
        var rest = parts[^AfterName..];
        var name = string.Join(", ", parts[BeforeName..^AfterName]);
        return (new GpuDevice(parts[1], index, name, Number(rest[0]) ?? 0, rest[3], rest[4]),
            Number(rest[1]), Number(rest[2]), rest[5] == "Enabled");
    }

    private static List<MigLine> ReadMigs(string lists)
    {
        var (migs, gpu) = (new List<MigLine>(), -1);
        foreach (var line in lists.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (GpuPattern().Match(line) is { Success: true } parent) gpu = Number(parent.Groups[1].Value) ?? -1;
            else if (MigPattern().Match(line) is { Success: true } mig)
                migs.Add(new MigLine(gpu, mig.Groups[1].Value, Number(mig.Groups[2].Value) ?? 0, mig.Groups[3].Value));
        }

        return migs;
    }

    // Null for values such as "[N/A]" and "[Not Supported]".
    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Shortened(string line) => line.Length <= 100 ? line : $"{line.AsSpan(0, 100)}…";

    [GeneratedRegex(@"^GPU (\d+):")]
    private static partial Regex GpuPattern();

    // "MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)"
    [GeneratedRegex(@"^MIG (\S*?(\d+)gb\S*)\s+Device\s+\d+:\s+\(UUID:\s+(MIG-[^)]+)\)")]
    private static partial Regex MigPattern();

    private sealed record MigLine(int Gpu, string Profile, int MemoryGiB, string Uuid)
    {
        public GpuReading Of(GpuDevice gpu) => new(
            gpu with { Uuid = Uuid, Name = $"{gpu.Name} MIG {Profile}", MemoryMiB = MemoryGiB * 1024, IsMig = true },
            UsedMiB: null, UtilizationPercent: null);
    }
}
