using System.Globalization;
using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Core;

/// <summary>
/// Durations as a user types them on a command line: whole days, hours, minutes and seconds, such as <c>3h50m</c> or
/// <c>7d</c>.
/// </summary>
public static partial class DurationText
{
    /// <summary>A phrase that says what may be written.</summary>
    public const string Allowed = "a duration of days (d), hours (h), minutes (m) and seconds (s), such as 3h50m";

    private static readonly TimeSpan[] Units =
        [TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1)];

    /// <summary>Reads a duration; null when the text is not one.</summary>
    public static TimeSpan? TryParse(string text)
    {
        if (Pattern().Match(text) is not { Success: true, Length: > 0 } match) return null;
        var span = TimeSpan.Zero;
        foreach (var (index, unit) in Units.Index())
        {
            var count = match.Groups[index + 1];
            if (count.Success) span += int.Parse(count.ValueSpan, CultureInfo.InvariantCulture) * unit;
        }

        return span;
    }

    /// <summary>Formats a duration of at least one second, without its fraction of a second.</summary>
    public static string Of(TimeSpan span)
    {
        (string Unit, int Count)[] parts =
            [("d", span.Days), ("h", span.Hours), ("m", span.Minutes), ("s", span.Seconds)];
        return string.Concat(parts.Where(static part => part.Count > 0)
            .Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Unit}")));
    }

    // Six digits of each unit cannot overflow a TimeSpan.
    [GeneratedRegex(@"^(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?\z")]
    private static partial Regex Pattern();
}
