using System.CommandLine;
using System.CommandLine.Invocation;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The command line: its commands, and how errors become messages and exit codes.</summary>
internal static class SbnnCommand
{
    /// <summary>The advice that follows the message of a failure that may be temporary.</summary>
    public const string RetryAdvice = "nothing recorded is lost. Repeat the command later";

    /// <summary>Runs the command that the arguments name; returns the exit code.</summary>
    public static async Task<int> RunAsync(CommandConsole console, string[] args)
    {
        if (!HasWorkingFolder())
        {
            console.Warn("working folder: it no longer exists or cannot be read; change to a folder that exists and "
                + "repeat the command");
            return ExitCode.BadInput;
        }

        var parsed = Create(console).Parse(args switch
        {
            [] => ["--help"],
            ["help", .. var verb] => [.. verb, "--help"],
            _ => args,
        });
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var line in ParseErrorWording.Lines(parsed)) console.Warn(line);
            console.Warn($"see `{DetailedHelp.NameOf(parsed.CommandResult)} --help`");
            return ExitCode.BadInput;
        }

        // Trainers write checkpoints before a command stops, which can take longer than the library's timeout of two
        // seconds.
        var exitCode = await parsed.InvokeAsync(new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = console.Output,
            Error = console.Error,
        });
        // The result of run is its table files, so the command succeeds although lines on standard output are lost.
        if (!console.HasDropped || exitCode != ExitCode.Done || args is ["run", ..]) return exitCode;
        console.Warn("standard output: a part of the output could not be written; free disk space or reopen the "
            + "terminal, then repeat the command");
        return ExitCode.Unavailable;
    }

    /// <summary>
    /// Reports bad input in one message with exit code 2, and a ledger, a file or a head that is not available now in
    /// one message with exit code 3. Any other exception is a bug and keeps its stack trace.
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
                $"{error.Message.TrimEnd('.')}; the user {Environment.UserName} lacks the permission. The owner of the "
                    + "file can grant it with chmod");
            return ExitCode.Unavailable;
        }
        catch (Exception error) when (error is LedgerUnavailableException or HeadUnreachableException or IOException)
        {
            console.Warn(error is LedgerUnavailableException { IsTransient: false } fault
                ? $"{fault.Message}; {fault.Remedy ?? "run `sbnn doctor` for details"}"
                : $"{error.Message}; {RetryAdvice}");
            return ExitCode.Unavailable;
        }
    }

    // Every relative path needs the working folder, including defaults of options, so it is checked before parsing.
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

    internal static RootCommand Create(CommandConsole console)
    {
        var root = new RootCommand(
            "Train the trials of a sweep, which a YAML file describes, and write them as a table beside published "
                + "numbers.")
        {
            new RunCommand(console),
            new SubmitCommand(console),
            new WatchCommand(console),
            new ExplainCommand(console),
            new ServeCommand(console),
            new UpCommand(console),
            new DownCommand(console),
            new StatusCommand(console),
            new ShowCommand(console),
            new TablesCommand(console),
            new LogsCommand(console),
            new WeightsCommand(console),
            new ExportCommand(console),
            DesiredStateCommand.Pause(console),
            DesiredStateCommand.Resume(console),
            DesiredStateCommand.Cancel(console),
            new RetryCommand(console),
            new PriorityCommand(console),
            new NodesCommand(console),
            new DrainCommand(console),
            new SlurmCommand(console),
            new AuditCommand(console),
            new DoctorCommand(console),
            new HealthcheckCommand(console),
            new BackupCommand(console),
            new SchemaCommand(console),
        };
        DetailedHelp.AddTo(root, console);
        return root;
    }
}
