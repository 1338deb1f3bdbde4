using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>Prints the library's help of a command, then the command's examples and exit codes.</summary>
internal sealed class DetailedHelp(HelpAction options, CommandConsole console) : SynchronousCommandLineAction
{
    // Help is printed even when other arguments are missing or wrong.
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the help of a root command and of all its subcommands.</summary>
    public static void AddTo(RootCommand root, CommandConsole console)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new DetailedHelp((HelpAction)help.Action!, console);
    }

    /// <summary>A command's name with the names of its parents, as in <c>sbnn nodes token</c>.</summary>
    public static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "sbnn";

    public override int Invoke(ParseResult parseResult)
    {
        console.Output.Write(HelpOfLibrary(parseResult));
        var name = NameOf(parseResult.CommandResult);
        console.Say("Examples:");
        foreach (var example in HelpExamples.Of(name))
        {
            console.Say($"  # {example.Purpose}");
            console.Say($"  {example.CommandLine}");
        }

        console.Say("");
        console.Say("Exit codes:");
        var width = console.IsPlain ? int.MaxValue : console.Terminal.Profile.Width;
        var isRoot = parseResult.CommandResult.Parent is null;
        foreach (var (code, meaning) in isRoot ? ExitCode.Meanings : ExitCode.MeaningsFor(name))
        {
            var number = code.ToString(CultureInfo.InvariantCulture);
            foreach (var line in TextOutput.Hanging($"  {number,-5}", meaning, width)) console.Say(line);
        }

        return ExitCode.Done;
    }

    // The library does not mark optional arguments in its list of commands.
    private string HelpOfLibrary(ParseResult parsed)
    {
        using var help = new StringWriter();
        (var output, parsed.InvocationConfiguration.Output) = (parsed.InvocationConfiguration.Output, help);
        options.Invoke(parsed);
        parsed.InvocationConfiguration.Output = output;
        var text = help.ToString();
        foreach (var command in parsed.CommandResult.Command.Subcommands)
        {
            foreach (var argument in command.Arguments.Where(static a => a.Arity.MinimumNumberOfValues == 0))
                text = text.Replace(
                    $"  {command.Name} <{argument.Name}>  ", $"  {command.Name} [<{argument.Name}>]",
                    StringComparison.Ordinal);
        }

        return text;
    }
}
