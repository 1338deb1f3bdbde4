using System.CommandLine;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// Options with a duration (<see cref="DurationText"/>). The options are text, so that help shows their defaults as a
/// user types them.
/// </summary>
internal static class DurationOption
{
    /// <summary>An option with a duration within bounds, which its description states.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="least">The shortest duration.</param>
    /// <param name="most">The longest duration.</param>
    /// <param name="fallback">The value when the option is not given; null: none.</param>
    /// <param name="description">What the option does.</param>
    /// <param name="word">A word that is allowed in place of a duration; null: none.</param>
    public static Option<string?> Create(
        string name, string least, string most, string? fallback, string description, string? word = null)
    {
        var or = word is null ? "" : $", or {word}";
        var option = new Option<string?>(name)
        {
            HelpName = word is null ? "duration" : $"duration or {word}",
            Description = $"{description} Allowed: a duration such as 3h50m, from {least} to {most}{or}.",
        };
        if (fallback is not null) option.DefaultValueFactory = _ => fallback;
        option.Validators.Add(read =>
        {
            if (read.Tokens is not [{ Value: var given }, ..] || given == word) return;
            if (DurationText.TryParse(given) is not { } span || span < Parse(least) || span > Parse(most))
            {
                read.AddError(
                    $"{name}: {given} is not allowed (allowed: {DurationText.Allowed}, from {least} to {most}{or})");
            }
        });
        return option;
    }

    /// <summary>The duration of a text that the option's validator has accepted.</summary>
    public static TimeSpan Parse(string text) =>
        DurationText.TryParse(text) ?? throw new FormatException($"{text}: not a duration");
}
