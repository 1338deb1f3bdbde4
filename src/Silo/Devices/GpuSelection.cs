using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>The GPUs that trainers may use, as given with <c>--gpus</c>.</summary>
public sealed record GpuSelection
{
    /// <summary>The allowed values, for messages.</summary>
    public const string Allowed = "all, none, or a list of numbers and UUIDs, such as 0,2 or GPU-8932f937";

    private static readonly string[] Beginnings = ["GPU-", "MIG-"];

    private GpuSelection(IReadOnlyList<string>? entries) => Entries = entries;

    /// <summary>All GPUs that this process may see.</summary>
    public static GpuSelection All { get; } = new((IReadOnlyList<string>?)null);

    /// <summary>No GPU.</summary>
    public static GpuSelection None { get; } = new([]);

    /// <summary>Numbers, UUIDs, or beginnings of UUIDs; null: all GPUs.</summary>
    public IReadOnlyList<string>? Entries { get; }

    /// <summary>Reads the option's value.</summary>
    /// <exception cref="BadInputException">The value is not allowed.</exception>
    public static GpuSelection Parse(string text) => text.Trim() switch
    {
        "all" => All,
        "none" => None,
        var list when list.Split(',', StringSplitOptions.TrimEntries) is var entries
            && Array.TrueForAll(entries, IsEntry) => new GpuSelection(entries),
        _ => throw new BadInputException($"--gpus: {text} is not allowed (allowed: {Allowed})"),
    };

    /// <summary>Selects among the visible GPUs.</summary>
    /// <exception cref="BadInputException">An entry matches no GPU, or several.</exception>
    public IReadOnlyList<GpuDevice> Choose(IReadOnlyList<GpuReading> visible) => Entries is null
        ? [.. visible.Select(static gpu => gpu.Device)]
        : [.. Entries.Select(entry => VisibleDevices.Find(visible, entry)?.Device ?? throw Unknown(entry, visible))
            .Distinct()];

    private static bool IsEntry(string entry) =>
        entry.Length > 0 && (entry.All(char.IsAsciiDigit)
            || (Array.Exists(Beginnings, begin => entry.StartsWith(begin, StringComparison.OrdinalIgnoreCase))
                && entry.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '/')));

    private static BadInputException Unknown(string entry, IReadOnlyList<GpuReading> visible)
    {
        var known = visible.Select(static gpu => $"{gpu.Device.Index} {gpu.Device.Uuid} {gpu.Device.Name}");
        return new BadInputException(
            $"--gpus: {entry} does not match exactly one GPU (allowed: {string.Join("; ", known)})");
    }
}
