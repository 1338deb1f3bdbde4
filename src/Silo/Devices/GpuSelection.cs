using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>Which of a machine's GPUs trainers may use, as <c>--gpus</c> says it.</summary>
public sealed record GpuSelection
{
    /// <summary>What may be written.</summary>
    public const string Allowed = "all, none, or a list of numbers and UUIDs such as 0,2";

    private GpuSelection(IReadOnlyList<string>? entries) => Entries = entries;

    /// <summary>All GPUs that this process may see.</summary>
    public static GpuSelection All { get; } = new((IReadOnlyList<string>?)null);

    /// <summary>None.</summary>
    public static GpuSelection None { get; } = new([]);

    /// <summary>Numbers and UUIDs, or beginnings of UUIDs; null: all.</summary>
    public IReadOnlyList<string>? Entries { get; }

    /// <summary>Reads the option's value.</summary>
    /// <exception cref="BadInputException">It is none of what is allowed.</exception>
    public static GpuSelection Parse(string text) => text.Trim() switch
    {
        "all" => All,
        "none" => None,
        var list when list.Split(',', StringSplitOptions.TrimEntries) is var entries
            && Array.TrueForAll(entries, IsEntry) => new GpuSelection(entries),
        _ => throw new BadInputException($"--gpus: {text} is not allowed (allowed: {Allowed})"),
    };

    /// <summary>The selected ones among those that are visible.</summary>
    /// <exception cref="BadInputException">An entry names none of them, or several.</exception>
    public IReadOnlyList<GpuDevice> Choose(IReadOnlyList<GpuReading> visible) => Entries is null
        ? [.. visible.Select(static gpu => gpu.Device)]
        : [.. Entries.Select(entry => VisibleDevices.Find(visible, entry)?.Device ?? throw Unknown(entry, visible))
            .Distinct()];

    private static bool IsEntry(string entry) =>
        entry.Length > 0 && entry.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '/');

    private static BadInputException Unknown(string entry, IReadOnlyList<GpuReading> visible)
    {
        var known = visible.Select(static gpu => $"{gpu.Device.Index} {gpu.Device.Uuid} {gpu.Device.Name}");
        return new BadInputException(
            $"--gpus: {entry} names no GPU, or more than one (there are: {string.Join("; ", known)})");
    }
}
