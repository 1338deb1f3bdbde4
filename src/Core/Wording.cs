using System.Globalization;

namespace Sbnn.Sweeps.Core;

/// <summary>Formats durations, counts and lists as text for the terminal, messages and the dashboard.</summary>
public static class Wording
{
    /// <summary>A duration in its two greatest units; below one minute, in seconds, rounded up.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalSeconds)} s"),
    };

    /// <summary>An amount of memory, in MiB below one GiB and in GiB from there.</summary>
    public static string Memory(int mib) => mib < 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{mib} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{mib / 1024.0:0.#} GiB");

    /// <summary>A count with its noun, in the plural unless the count is 1.</summary>
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>A count followed by a description; null for a count of zero.</summary>
    public static string? Some(int count, string what) => count > 0 ? $"{count} {what}" : null;

    /// <summary>
    /// Texts in a list; of more than <paramref name="most"/>, the first ones and the number of the others.
    /// </summary>
    public static string Named(IReadOnlyList<string> texts, int most) => texts.Count <= most
        ? string.Join(", ", texts)
        : $"{string.Join(", ", texts.Take(most))} and {texts.Count - most} more";

    /// <summary>Why a file cannot be read, without the file's path, which the message names already.</summary>
    public static string Cause(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => $"the user {Environment.UserName} lacks the permission",
        _ => error.Message.TrimEnd('.'),
    };

    /// <summary>The parts that are not null, joined by a separator.</summary>
    public static string Listed(string separator, params IEnumerable<string?> parts) =>
        string.Join(separator, parts.OfType<string>());
}
