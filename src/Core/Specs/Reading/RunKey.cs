using System.Globalization;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>
/// One key of <c>run:</c>. Both the spec reader and the editor's schema use the list <see cref="All"/>.
/// </summary>
/// <param name="Name">The key's name in a spec.</param>
/// <param name="Description">A description for editors and documentation.</param>
/// <param name="Allowed">A phrase that says what may be written.</param>
internal abstract record RunKey(string Name, string Description, string Allowed)
{
    /// <summary>All keys, in the order in which documentation shows them.</summary>
    public static IReadOnlyList<RunKey> All { get; } =
    [
        new IntegerRunKey(
            "max-attempts",
            "The number of failures without progress, caused by the trial itself, after which the trial fails.", 1, 100,
            r => r.MaxAttempts, (r, v) => r with { MaxAttempts = v }),
        new IntegerRunKey(
            "priority", "Trials of sweeps with a higher priority get free slots first.",
            RunSpec.LeastPriority, RunSpec.MostPriority, r => r.Priority, (r, v) => r with { Priority = v }),
        new DurationRunKey(
            "backoff", "The wait before a trial's second attempt. Each further wait is twice as long, ten minutes at "
                + "most.", TimeSpan.FromMinutes(10), "10m",
            r => r.Backoff, (r, v) => r with { Backoff = v }),
        new DurationRunKey(
            "checkpoint-every",
            "The time between checkpoints within an epoch. A checkpoint is also written at the end of an epoch, unless "
                + "the last one is less than 10 s old.", TimeSpan.FromHours(24), "24h",
            r => r.CheckpointEvery, (r, v) => r with { CheckpointEvery = v }),
        new DurationRunKey(
            "hang-after", "A trainer that writes no event for this long is killed, and its trial is retried; 0s for "
                + "never. Must be longer than checkpoint-every, because checkpoints are events.",
            TimeSpan.FromHours(168), "168h", r => r.HangAfter, (r, v) => r with { HangAfter = v }),
        new DeviceRunKey(),
        new MemoryRunKey(),
        new ExclusiveRunKey(),
        new KeepRunKey(),
        new OnFinishRunKey(),
    ];

    /// <summary>
    /// Returns the limits with this key's value. A mistake is reported, and the limits are returned unchanged.
    /// </summary>
    public abstract RunSpec Read(Section run, RunSpec limits);
}

/// <summary>A key whose value is a whole number.</summary>
internal sealed record IntegerRunKey(
    string Name, string Description, int Least, int Most, Func<RunSpec, int> Get, Func<RunSpec, int, RunSpec> Set)
    : RunKey(Name, Description, Section.WholeAllowed(Least, Most))
{
    public override RunSpec Read(Section run, RunSpec limits) => Set(limits, run.Whole(Name, Least, Most, Get(limits)));
}

/// <summary>A key whose value is a duration with its unit.</summary>
internal sealed record DurationRunKey(
    string Name, string Description, TimeSpan Most, string MostWritten, Func<RunSpec, TimeSpan> Get,
    Func<RunSpec, TimeSpan, RunSpec> Set)
    : RunKey(Name, Description, $"a duration from 0s to {MostWritten}, such as 500ms, 2s, 5m or 1h")
{
    /// <summary>The pattern of a duration. The reader also checks the maximum.</summary>
    public const string Pattern = @"^([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|m|h)$";

    private static readonly (string Name, long Ticks)[] Units =
        [("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute),
            ("h", TimeSpan.TicksPerHour)];

    public override RunSpec Read(Section run, RunSpec limits)
    {
        if (run.Text(Name, Allowed) is not { } text) return limits;
        if (Parse(text) is { } duration && duration <= Most) return Set(limits, duration);
        run.Problems.Add(run.Entry(Name)!.Value, Section.NotAllowed(text, Allowed));
        return limits;
    }

    /// <summary>
    /// Formats a duration as in a spec, in the greatest unit that gives a whole number: five minutes are 5m.
    /// </summary>
    public static string Written(TimeSpan duration)
    {
        var unit = Units.Last(u => u.Name == "ms" || duration.Ticks % u.Ticks == 0);
        return ((decimal)duration.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + unit.Name;
    }

    // Null when the text is not a duration, or is too long for a TimeSpan.
    private static TimeSpan? Parse(string text)
    {
        if (!TextPattern.Matches(text, Pattern)) return null;
        var unit = Units.First(u => text.EndsWith(u.Name, StringComparison.Ordinal));
        var number = text.AsSpan(0, text.Length - unit.Name.Length);
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count < (decimal)TimeSpan.MaxValue.Ticks / unit.Ticks
            ? new TimeSpan((long)Math.Round(count * unit.Ticks))
            : null;
    }
}

/// <summary>The key <c>device</c>.</summary>
internal sealed record DeviceRunKey() : RunKey(
    "device", "The kind of device that trials run on. any: a GPU if one is free, else CPU slots.",
    string.Join(", ", Words))
{
    /// <summary>The words for <see cref="DeviceKind"/>.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Enum.GetValues<DeviceKind>().Select(static kind => EnumWords.Of(kind))];

    public override RunSpec Read(Section run, RunSpec limits) =>
        run.Entry(Name) is { } entry && run.Word(entry.Value, Words) is { } word
            ? limits with { Device = Enum.GetValues<DeviceKind>().First(kind => EnumWords.Of(kind) == word) }
            : limits;
}

/// <summary>The key <c>memory</c>.</summary>
internal sealed partial record MemoryRunKey() : RunKey(
    "memory", "The least GPU memory that a trial needs. Without this key: the amount measured for similar trials.",
    "a size from 1MiB to 1024GiB, such as 800MiB or 6GiB")
{
    /// <summary>The pattern of a memory size.</summary>
    public const string Pattern = "^[0-9]+(MiB|GiB)$";

    public override RunSpec Read(Section run, RunSpec limits)
    {
        if (run.Text(Name, Allowed) is not { } text) return limits;
        if (SizePattern().Match(text) is { Success: true } size
            && long.TryParse(size.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= RunSpec.MostMemoryMiB
            && number * (size.Groups[2].Value == "GiB" ? 1024 : 1) is <= RunSpec.MostMemoryMiB and var mib)
            return limits with { MemoryMiB = (int)mib };
        run.Problems.Add(run.Entry(Name)!.Value, Section.NotAllowed(text, Allowed));
        return limits;
    }

    [GeneratedRegex(@"^([0-9]+)(MiB|GiB)\z")]
    private static partial Regex SizePattern();
}

/// <summary>The key <c>exclusive</c>.</summary>
internal sealed record ExclusiveRunKey() : RunKey(
    "exclusive", "Whether each trial runs alone on its GPU, or on the CPU slots of its node.", "true or false")
{
    public override RunSpec Read(Section run, RunSpec limits) =>
        run.Entry(Name) is null ? limits : limits with { Exclusive = run.Flag(Name) };
}

/// <summary>The key <c>keep</c>.</summary>
internal sealed record KeepRunKey() : RunKey(
    "keep", "What is kept of a finished trial besides its result. weights: its best and its last weights, which sbnn "
        + "weights copies.",
    string.Join(", ", Words))
{
    /// <summary>The words for <see cref="KeepKind"/>.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Enum.GetValues<KeepKind>().Select(static kind => EnumWords.Of(kind))];

    public override RunSpec Read(Section run, RunSpec limits) =>
        run.Entry(Name) is { } entry && run.Word(entry.Value, Words) is { } word
            ? limits with { Keep = Enum.GetValues<KeepKind>().First(kind => EnumWords.Of(kind) == word) }
            : limits;
}

/// <summary>The key <c>on-finish</c>.</summary>
internal sealed record OnFinishRunKey() : RunKey(
    "on-finish", "Hooks that are called when every trial is finished or failed. The host's hooks.yaml defines them.",
    "a list of different hooks' names")
{
    public override RunSpec Read(Section run, RunSpec limits)
    {
        if (run.Entry(Name) is not { } entry || run.List(entry.Value, Allowed) is not { } list) return limits;
        var names = new List<string>();
        foreach (var item in list.Items)
        {
            if (run.TextOf(item, Allowed) is not { } name) continue;
            if (!SpecReader.IsName(name)) run.Problems.Add(item, Section.NotAllowed(name, SpecReader.NameAllowed));
            else if (names.Contains(name)) run.Problems.Add(item, $"duplicate name {name}");
            else names.Add(name);
        }

        return limits with { OnFinish = names };
    }
}
