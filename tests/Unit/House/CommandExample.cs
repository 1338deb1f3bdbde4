using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Cli;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Checks the command lines of the documentation with the parser of the real command.</summary>
internal static partial class CommandExample
{
    private const string Name = "sbnn";

    /// <summary>Returns the parser's errors for a line; none for lines that call another program.</summary>
    public static IReadOnlyList<string> ProblemsOf(string line)
    {
        var command = Comment().Replace(Assignments().Replace(line, ""), "");
        if (Project().Match(command) is { Success: true } run)
        {
            var project = run.Groups["path"].Value;
            if (!Directory.Exists(Repository.PathOf(project))) return [$"{project}: no such project"];
            if (project != "src/Cli") return [];
            command = $"{Name} {run.Groups["args"].Value}";
        }

        if (!command.StartsWith($"{Name} ", StringComparison.Ordinal)) return [];
        command = Substitution().Replace(NextCommand().Replace(command, ""), "file.yaml");
        using var console = new CapturedConsole();
        var args = CommandLineParser.SplitCommandLine(command).Skip(1).ToArray();
        return [.. SbnnCommand.Create(console.Console).Parse(args).Errors.Select(static error => error.Message)];
    }

    /// <summary>
    /// Returns the verbs and options of a text such as <c>sbnn logs -f TRIAL</c> that <c>sbnn</c> does not know. All
    /// other words count as placeholders for arguments.
    /// </summary>
    public static IReadOnlyList<string> UnknownWordsOf(string text)
    {
        if (!text.StartsWith($"{Name} ", StringComparison.Ordinal)) return [];
        using var console = new CapturedConsole();
        Command command = SbnnCommand.Create(console.Console);
        List<string> unknown = [];
        var words = NextCommand().Replace(text, "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        foreach (var (index, word) in words.Index())
        {
            if (command.Subcommands.FirstOrDefault(verb => verb.Name == word) is { } found) command = found;
            else if (word.StartsWith('-') && word.Length > 1)
            {
                var names = command.Options.SelectMany(static option => option.Aliases.Prepend(option.Name));
                if (word != "--help" && !names.Contains(word)) unknown.Add(word);
            }
            else if (index == 0 && word != "VERB") unknown.Add(word);
        }

        return unknown;
    }

    [GeneratedRegex(@"^(\w+=\S* +)+")]
    private static partial Regex Assignments();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^dotnet run --project (?<path>\S+)( -(c|p:)\s?\S+)*( -- (?<args>.*))?$")]
    private static partial Regex Project();

    [GeneratedRegex(@"\s*(\||>|&|;).*$")]
    private static partial Regex NextCommand();

    [GeneratedRegex(@"<\([^)]*\)")]
    private static partial Regex Substitution();
}
