using System.Globalization;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>One key of <c>run:</c>. The reader and the editor's schema both use <see cref="All"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Description">One sentence for editors.</param>
/// <param name="Allowed">A phrase that says what may be written.</param>
internal abstract record RunKey(string Name, string Description, string Allowed)
{
    /// <summary>All keys, in the order in which documentation shows them.</summary>
    public static IReadOnlyList<RunKey> All { get; } =
    [
        new IntegerRunKey(
            "max-attempts",
            "Attempts that may fail by themselves, without progress, before a trial is given up.", 1, 100,
            r => r.MaxAttempts, (r, v) => r with { MaxAttempts = v }),
        new IntegerRunKey("priority", "Sweeps with a higher one go first.", RunSpec.LeastPriority, RunSpec.MostPriority,
            r => r.Priority, (r, v) => r with { Priority = v }),
        new DurationRunKey(
            "backoff", "The wait before a trial's second attempt; each further one waits twice as long, ten minutes at "
                + "most.", TimeSpan.FromMinutes(10), "10m",
            r => r.Backoff, (r, v) => r with { Backoff = v }),
        new DurationRunKey(
            "checkpoint-every",
            "The time between checkpoints within an epoch; one is written at an epoch's end, too, unless the last one "
                + "is less than 10 s old.", TimeSpan.FromHours(24), "24h",
            r => r.CheckpointEvery, (r, v) => r with { CheckpointEvery = v }),
        new DurationRunKey(
            "hang-after", "A trainer that writes no event, checkpoints included, for this long is ended by force and "
                + "its trial tried again; 0s: never. Longer than checkpoint-every.",
            TimeSpan.FromHours(168), "168h", r => r.HangAfter, (r, v) => r with { HangAfter = v }),
        new DeviceRunKey(),
        new MemoryRunKey(),
        new ExclusiveRunKey(),
    ];

    /// <summary>Reads this key into the limits. A mistake is reported, and leaves the limits unchanged.</summary>
    public abstract RunSpec Read(Section run, RunSpec limits);
}

/// <summary>A key that takes a whole number.</summary>
internal sealed record IntegerRunKey(
    string Name, string Description, int Least, int Most, Func<RunSpec, int> Get, Func<RunSpec, int, RunSpec> Set)
    : RunKey(Name, Description, Section.WholeAllowed(Least, Most))
{
    public override RunSpec Read(Section run, RunSpec limits) => Set(limits, run.Whole(Name, Least, Most, Get(limits)));
}

/// <summary>A key that takes a time with its unit.</summary>
internal sealed record DurationRunKey(
    string Name, string Description, TimeSpan Most, string MostWritten, Func<RunSpec, TimeSpan> Get,
    Func<RunSpec, TimeSpan, RunSpec> Set)
    : RunKey(Name, Description, $"a duration from 0s to {MostWritten}, such as 500ms, 2s, 5m or 1h")
{
    /// <summary>The form of a duration. The reader also checks that it is not too long.</summary>
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

    // Null when the text does not have the form of a duration, or exceeds the range of a TimeSpan.
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

/// <summary><c>device</c>.</summary>
internal sealed record DeviceRunKey() : RunKey(
    "device", "The kind of device that trials run on; any: a GPU where one is free, else CPU slots.",
    string.Join(", ", Words))
{
    /// <summary>The kinds, as they are written.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Enum.GetValues<DeviceKind>().Select(static kind => EnumWords.Of(kind))];

    public override RunSpec Read(Section run, RunSpec limits) =>
        run.Entry(Name) is { } entry && run.Word(entry.Value, Words) is { } word
            ? limits with { Device = Enum.GetValues<DeviceKind>().First(kind => EnumWords.Of(kind) == word) }
            : limits;
}

/// <summary><c>memory</c>.</summary>
internal sealed partial record MemoryRunKey() : RunKey(
    "memory", "GPU memory that a trial needs at least; without it, what was measured of trials like it.",
    "a size from 1MiB to 1024GiB, such as 800MiB or 6GiB")
{
    /// <summary>The form of a size.</summary>
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

/// <summary><c>exclusive</c>.</summary>
internal sealed record ExclusiveRunKey() : RunKey(
    "exclusive", "Whether each trial has its GPU, or the CPU slots of its node, for itself.", "true or false")
{
    public override RunSpec Read(Section run, RunSpec limits) =>
        run.Entry(Name) is null ? limits : limits with { Exclusive = run.Flag(Name) };
}
