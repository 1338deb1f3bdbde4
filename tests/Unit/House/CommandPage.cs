using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Tests.Unit.Cli;
using static Sbnn.Sweeps.Tests.Unit.House.MarkdownWriter;

namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Generates <c>docs/command.md</c> from the verbs and options with which the command parses.</summary>
internal static class CommandPage
{
    private static readonly (string Name, string Meaning)[] Variables =
    [
        ("SBNN_HOME", "The home, if `--home` is not given."),
        ("SBNN_DATA", "The data root, if `--data` is not given."),
        ("SBNN_HEAD", "The head, if `--head` is not given: the path of the head's access file, or its address."),
        ("SBNN_TOKEN", "The token of a head that `--head` or `SBNN_HEAD` names by its address."),
        ("SBNN_TORCH", "The folder of an installed PyTorch, if `--torch` is not given."),
        ("SBNN_TRAINER", "The path of the trainer program that is used instead of the one built with `sbnn`."),
        ("SBNN_NVIDIA_SMI", "The program that lists GPUs, instead of `nvidia-smi`."),
        ("SBNN_CIFAR_URL", "The URL of the folder from which CIFAR's archives are downloaded, such as a mirror's."),
        ("SBNN_TRACE_ORLEANS", "`true` adds Orleans' own spans to the traces."),
        ("OTEL_*", "See [telemetry](telemetry.md)."),
        ("CUDA_VISIBLE_DEVICES", "The GPUs that may be used. See [GPUs](gpus.md)."),
    ];

    public static string Text { get; } = Write();

    private static string Write()
    {
        using var console = new CapturedConsole();
        var verbs = VerbsBelow(SbnnCommand.Create(console.Console), "sbnn").ToList();
        var page = new MarkdownWriter()
            .Heading(1, "The command")
            .Paragraph(
                "Every verb of `sbnn` with its options and examples, as `sbnn VERB --help` prints them. From a clone, "
                + "`sbnn` stands for `dotnet run --project src/Cli -c Release --`. "
                + "[Managing sweeps](managing-sweeps.md) explains when to use which verb.")
            .Table(
                ["verb", "what it does"],
                verbs.Select(static verb => new[]
                {
                    $"[{Quote(verb.Name)}](#{verb.Name.Replace(' ', '-')})", verb.Command.Description!,
                }));
        foreach (var (name, command) in verbs) WriteVerb(page, name, command);
        return page
            .Heading(2, "Exit codes")
            .Table(
                ["code", "meaning"],
                ExitCode.Meanings.Select(static code => new[]
                {
                    code.Code.ToString(CultureInfo.InvariantCulture), code.Meaning,
                }))
            .Heading(2, "Environment variables")
            .Table(
                ["variable", "what it sets"],
                Variables.Select(static variable => new[] { Quote(variable.Name), variable.Meaning }))
            .Paragraph("A variable with a blank value counts as not set.")
            .ToString();
    }

    private static IEnumerable<(string Name, Command Command)> VerbsBelow(Command parent, string prefix) =>
        from command in parent.Subcommands
        where !command.Hidden
        let name = $"{prefix} {command.Name}"
        from verb in VerbsBelow(command, name).Prepend((name, command))
        select verb;

    private static void WriteVerb(MarkdownWriter page, string name, Command command)
    {
        var options = command.Options
            .Where(static option => !option.Hidden && option.Name is not ("--help" or "--version")).ToList();
        var arguments = string.Concat(command.Arguments.Select(static argument =>
            argument.Arity.MinimumNumberOfValues == 0 ? $" [<{argument.Name}>]" : $" <{argument.Name}>"));
        page.Heading(2, name)
            .Paragraph(command.Description!)
            .Code("text", $"{name}{arguments}{(options.Count > 0 ? " [options]" : "")}")
            .Table(
                ["argument", "what it is"],
                command.Arguments.Select(static argument => new[]
                {
                    Quote($"<{argument.Name}>"), argument.Description!,
                }))
            .Table(
                ["option", "default", "what it sets"],
                options.Select(static option => new[]
                {
                    string.Join(", ", option.Aliases.Prepend(option.Name).Select(Quote))
                        + (option.Required ? " (required)" : ""),
                    Quote(DefaultOf(option)),
                    option.Description!,
                }));
        var examples = HelpExamples.Of(name).SelectMany(static example => new[]
        {
            $"# {example.Purpose}", example.CommandLine,
        });
        page.Code("sh", string.Join('\n', examples));
    }

    // Returns an option's default as text. Null for folders below the user's own folder, which differ between users,
    // and for switches, which are always off by default.
    private static string? DefaultOf(Option option)
    {
        if (!option.HasDefaultValue || option.Name is "--home" or "--data") return null;
        return option.GetDefaultValue() switch
        {
            int number => number.ToString(CultureInfo.InvariantCulture),
            string text => text,
            DirectoryInfo folder => folder.ToString(),
            _ => null,
        };
    }
}
