using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The command line: its verbs, and how errors leave it.</summary>
internal static class SbnnCommand
{
    /// <summary>Does what the arguments say; gives the exit code.</summary>
    public static async Task<int> RunAsync(CommandConsole console, string[] args)
    {
        if (!HasWorkingFolder())
        {
            console.Warn("working folder: it no longer exists or cannot be read; change to a folder that exists, and "
                + "repeat the command");
            return ExitCode.BadInput;
        }

        var parsed = Create(console).Parse(args is [] ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors) console.Warn(error.Message);
            console.Warn($"see `{NameOf(parsed.CommandResult)} --help`");
            return ExitCode.BadInput;
        }

        // Each verb stops in its own time (trainers write checkpoints first): the library's own limit of two seconds
        // would cut that short.
        var exitCode = await parsed.InvokeAsync(new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = console.Output,
            Error = console.Error,
        });
        // What run is for is in its files.
        if (!console.HasDropped || exitCode != ExitCode.Done || args is ["run", ..]) return exitCode;
        console.Warn("standard output: not all that was to be printed found room");
        return ExitCode.Unavailable;
    }

    /// <summary>
    /// Turns bad input into one message and exit code 2, and a ledger, a file or a head that cannot be used now into
    /// one and exit code 3; anything else is a bug and keeps its stack trace.
    /// </summary>
    public static async Task<int> GuardAsync(CommandConsole console, Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (BadInputException error)
        {
            console.Warn(error.Message);
            return ExitCode.BadInput;
        }
        catch (UnauthorizedAccessException error)
        {
            console.Warn(
                $"{error.Message.TrimEnd('.')}; the user {Environment.UserName} lacks that permission: "
                + "the owner can give it with chmod, or repeat the command");
            return ExitCode.Unavailable;
        }
        catch (Exception error) when (error is LedgerUnavailableException or HeadUnreachableException or IOException)
        {
            console.Warn(error is LedgerUnavailableException { IsPassing: false } fault
                ? $"{fault.Message}; {fault.Remedy ?? "`sbnn doctor` says more"}"
                : $"{error.Message}; nothing that was recorded is lost, and the same command may be repeated");
            return ExitCode.Unavailable;
        }
    }

    // With the verbs that it belongs to: sbnn nodes token.
    private static string NameOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : "sbnn";

    // Every relative path needs it, defaults of options included, so no verb can report this itself.
    private static bool HasWorkingFolder()
    {
        try
        {
            return Directory.Exists(Environment.CurrentDirectory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static RootCommand Create(CommandConsole console) =>
        new("sbnn: trains the sweeps that fill a paper's tables, and writes the tables.")
        {
            new RunCommand(console),
            new SubmitCommand(console),
            new WatchCommand(console),
            new ExplainCommand(console),
            new ServeCommand(console),
            new StatusCommand(console),
            new ShowCommand(console),
            new TablesCommand(console),
            new LogsCommand(console),
            DesiredStateCommand.Pause(console),
            DesiredStateCommand.Resume(console),
            DesiredStateCommand.Cancel(console),
            new RetryCommand(console),
            new PriorityCommand(console),
            new NodesCommand(console),
            new DrainCommand(console),
            new DoctorCommand(console),
            new BackupCommand(console),
            new SchemaCommand(console),
        };
}
