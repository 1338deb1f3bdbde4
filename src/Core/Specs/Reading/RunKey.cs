using System.Globalization;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>One key of <c>run:</c>. The reader and the editor's schema are both driven by <see cref="All"/>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Description">One sentence for editors.</param>
/// <param name="Allowed">What may be written, in words.</param>
internal abstract record RunKey(string Name, string Description, string Allowed)
{
    /// <summary>All keys, in the order in which documentation shows them.</summary>
    public static IReadOnlyList<RunKey> All { get; } =
    [
        new WholeRunKey(
            "max-attempts", "Attempts that may fail by themselves, without progress, before a trial is given up.", 1, 100,
            r => r.MaxAttempts, (r, v) => r with { MaxAttempts = v }),
        new WholeRunKey("priority", "Sweeps with a higher one go first.", RunSpec.LeastPriority, RunSpec.MostPriority, r => r.Priority, (r, v) => r with { Priority = v }),
        new DurationRunKey(
            "backoff", "The wait before a trial's second attempt; each further one waits twice as long, ten minutes at most.", TimeSpan.FromMinutes(10), "10m",
            r => r.BackoffSeconds, (r, v) => r with { BackoffSeconds = v }),
        new DurationRunKey(
            "checkpoint-every", "The time between checkpoints within an epoch; one is written at each epoch's end anyway.", TimeSpan.FromHours(24), "24h",
            r => r.CheckpointEverySeconds, (r, v) => r with { CheckpointEverySeconds = v }),
        new DurationRunKey(
            "hang-after", "A trainer that writes no event, checkpoints included, for this long is ended by force and its trial tried again; 0s: never. Longer than checkpoint-every.",
            TimeSpan.FromHours(168), "168h", r => r.HangAfterSeconds, (r, v) => r with { HangAfterSeconds = v }),
    ];

    /// <summary>The limits with this key as the section has it; a mistake is reported and changes nothing.</summary>
    public abstract RunSpec Read(Section run, RunSpec limits);
}

/// <summary>A key that takes a whole number.</summary>
internal sealed record WholeRunKey(
    string Name, string Description, int Least, int Most, Func<RunSpec, int> Get, Func<RunSpec, int, RunSpec> Set)
    : RunKey(Name, Description, Section.WholeAllowed(Least, Most))
{
    public override RunSpec Read(Section run, RunSpec limits) => Set(limits, run.Whole(Name, Least, Most, Get(limits)));
}

/// <summary>A key that takes a time with its unit.</summary>
internal sealed record DurationRunKey(
    string Name, string Description, TimeSpan Most, string MostWritten, Func<RunSpec, double> GetSeconds, Func<RunSpec, double, RunSpec> SetSeconds)
    : RunKey(Name, Description, $"a duration from 0s to {MostWritten}, such as 500ms, 2s, 5m or 1h")
{
    /// <summary>The form of a duration. That it is not too long is the reader's to say.</summary>
    public const string Pattern = @"^([0-9]+\.?[0-9]*|\.[0-9]+)(ms|s|m|h)$";

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public override RunSpec Read(Section run, RunSpec limits)
    {
        if (run.Text(Name, Allowed) is not { } text) return limits;
        if (TrySeconds(text, out var seconds) && seconds <= Most.TotalSeconds) return SetSeconds(limits, seconds);
        run.Problems.Add(run.Entry(Name)!.Value, Section.NotAllowed(text, Allowed));
        return limits;
    }

    /// <summary>Seconds as a spec would have them, in the greatest unit of which they are a whole number: 300 is 5m.</summary>
    public static string Written(double seconds)
    {
        var (unit, length) = Units.Last(u => u.Unit == "ms" || seconds % u.Seconds == 0);
        return (seconds / length).ToString(CultureInfo.InvariantCulture) + unit;
    }

    private static bool TrySeconds(string text, out double seconds)
    {
        seconds = 0;
        if (!WholeText.Matches(text, Pattern)) return false;
        var (unit, length) = Units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        seconds = double.Parse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * length;
        return true;
    }
}
