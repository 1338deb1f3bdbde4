using System.CommandLine;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Tests.Unit.House;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests the help of every command: options, examples and exit codes.</summary>
public sealed class DetailedHelpTests : IDisposable
{
    private readonly CapturedConsole _captured = new();

    public static TheoryData<string> Commands { get; } = [.. NamesBelow(RootOfCommands(), "sbnn")];

    public void Dispose() => _captured.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_PrintsExamplesThatParse_AndExitCodes(string command)
    {
        string[] args = [.. command.Split(' ').Skip(1), "--help"];

        Assert.Equal(0, await SbnnCommand.RunAsync(_captured.Console, args));

        Assert.Equal("", _captured.Error);
        var examples = HelpExamples.Of(command);
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            Assert.Empty(CommandExample.ProblemsOf(example.CommandLine));
            Assert.StartsWith(command, example.CommandLine, StringComparison.Ordinal);
            Assert.Contains($"  # {example.Purpose}\n  {example.CommandLine}\n", _captured.Output,
                StringComparison.Ordinal);
        });
        Assert.Contains("Exit codes:\n  0    ", _captured.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void MeaningsFor_ReturnsOneMeaning_ForEachCodeOfACommand() =>
        Assert.Equal([0, 1, 2, 3, 130], ExitCode.MeaningsFor("sbnn run").Select(static code => code.Code));

    [Fact]
    public void MeaningsFor_LeavesOutTheCodes_OfOtherCommands() =>
        Assert.Equal([0, 2, 3], ExitCode.MeaningsFor("sbnn pause").Select(static code => code.Code));

    [Theory]
    [InlineData("--treads: unknown option; did you mean --threads?", "run", "a", "--treads", "2")]
    [InlineData("tokn: unknown command (allowed: token, remove); did you mean token?", "nodes", "tokn")]
    [InlineData("<spec> is required: the sweep's YAML file, or - for standard input", "run")]
    [InlineData("--role is required: what this process is. Allowed: head, node", "serve")]
    [InlineData("b: unexpected argument (allowed: only <spec>)", "run", "a", "b")]
    public async Task Run_NamesTheProblem_WhenTheCommandLineIsWrong(string message, params string[] args)
    {
        Assert.Equal(2, await SbnnCommand.RunAsync(_captured.Console, args));

        Assert.StartsWith($"{message}\nsee `sbnn ", _captured.Error, StringComparison.Ordinal);
    }

    private static RootCommand RootOfCommands()
    {
        using var console = new CapturedConsole();
        return SbnnCommand.Create(console.Console);
    }

    private static IEnumerable<string> NamesBelow(Command command, string name) =>
        command.Subcommands.SelectMany(verb => NamesBelow(verb, $"{name} {verb.Name}")).Prepend(name);
}
