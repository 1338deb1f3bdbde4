using System.Globalization;

namespace Sbnn.Sweeps.Core.Specs.Reading;

/// <summary>Reads <c>run:</c>: limits and priority, outside every trial's identity.</summary>
internal static class RunReader
{
    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];

    public static RunSpec Read(Section spec)
    {
        const string Allowed = "a map of max-attempts, priority, backoff, checkpoint-every";
        if (spec.Entry("run") is not { } entry || spec.MapOf(entry.Value, Allowed) is not { } map) return new RunSpec();
        var run = new Section(map, spec.Problems, "max-attempts", "priority", "backoff", "checkpoint-every");
        var usual = new RunSpec();
        return new RunSpec
        {
            MaxAttempts = run.Whole("max-attempts", 1, 100, usual.MaxAttempts),
            Priority = run.Whole("priority", -1000, 1000, usual.Priority),
            BackoffSeconds = Duration(run, "backoff", TimeSpan.FromMinutes(10), "10m", usual.BackoffSeconds),
            CheckpointEverySeconds = Duration(run, "checkpoint-every", TimeSpan.FromHours(24), "24h", usual.CheckpointEverySeconds),
        };
    }

    private static double Duration(Section run, string key, TimeSpan most, string mostWritten, double otherwise)
    {
        var allowed = $"a duration from 0s to {mostWritten}, such as 500ms, 2s, 5m or 1h";
        if (run.Text(key, allowed) is not { } text) return otherwise;
        foreach (var (unit, seconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) continue;
            if (number * seconds <= most.TotalSeconds) return number * seconds;
        }

        run.Problems.Add(run.Entry(key)!.Value, Section.NotAllowed(text, allowed));
        return otherwise;
    }
}
