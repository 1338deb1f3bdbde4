using System.CommandLine;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// Messages about a command line that cannot be parsed. The library's messages name neither the allowed words nor what
/// a user probably meant.
/// </summary>
internal static class ParseErrorWording
{
    /// <summary>
    /// One line for each error. Only the first unknown word is named, because it often explains the rest.
    /// </summary>
    public static IReadOnlyList<string> Lines(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var unknown, ..]) return [Unknown(unknown, command)];
        if (parsed.CommandResult is { Tokens.Count: 0 } && command.Action is null && command.Subcommands.Count > 0)
            return [$"command: required (allowed: {Listed(Visible(command))})"];
        var wrong = WrongCounts(parsed).ToList();
        return wrong.Count > 0 ? wrong : [.. parsed.Errors.Select(static error => error.Message)];
    }

    private static string Unknown(string word, Command command)
    {
        if (word.StartsWith('-'))
        {
            var options = command.Options.Where(static option => !option.Hidden)
                .SelectMany(static option => option.Aliases.Prepend(option.Name)).ToList();
            var near = SpellingSuggestion.Hint(
                word, options.Where(static name => name.StartsWith("--", StringComparison.Ordinal)));
            return $"{word}: unknown option{near}";
        }

        return command.Subcommands.Count > 0
            ? $"{word}: unknown command (allowed: {Listed(Visible(command))})"
                + SpellingSuggestion.Hint(word, Visible(command))
            : $"{word}: unexpected argument (allowed: {Arguments(command)})";
    }

    private static IEnumerable<string> WrongCounts(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        foreach (var argument in command.Arguments)
        {
            if (argument.Arity.MinimumNumberOfValues > 0
                && parsed.GetResult(argument) is null or { Tokens.Count: 0, Implicit: false })
                yield return $"<{argument.Name}> is required: {Phrase(argument.Description)}";
        }

        foreach (var option in command.Options)
        {
            var result = parsed.GetResult(option);
            var isGiven = result?.IdentifierToken is not null;
            if (option.Required && !isGiven) yield return $"{option.Name} is required: {Phrase(option.Description)}";
            else if (isGiven && result!.Tokens.Count < option.Arity.MinimumNumberOfValues)
                yield return $"{option.Name} requires a value: {Phrase(option.Description)}";
            else if (isGiven && result!.Tokens.Count > option.Arity.MaximumNumberOfValues)
                yield return $"{option.Name}: given more than once (allowed: once)";
        }
    }

    private static string Arguments(Command command) =>
        command.Arguments.Count == 0 ? "none" : $"only {Listed(command.Arguments.Select(static a => $"<{a.Name}>"))}";

    // A description as the rest of a sentence.
    private static string Phrase(string? description) =>
        description is { Length: > 0 } ? char.ToLowerInvariant(description[0]) + description[1..].TrimEnd('.') : "";

    private static IEnumerable<string> Visible(Command command) =>
        command.Subcommands.Where(static verb => !verb.Hidden).Select(static verb => verb.Name);

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words);
}
