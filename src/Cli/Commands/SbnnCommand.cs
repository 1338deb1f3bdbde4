using System.CommandLine;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The command line: its verbs, and how errors leave it.</summary>
internal static class SbnnCommand
{
    public static RootCommand Create(CommandConsole console) =>
        new("sbnn: trains the sweeps that fill a paper's tables, and writes the tables.")
        {
            new RunCommand(console),
            new ExplainCommand(console),
            new StatusCommand(console),
            new ShowCommand(console),
            DesiredStateCommand.Pause(console),
            DesiredStateCommand.Resume(console),
            DesiredStateCommand.Cancel(console),
            new RetryCommand(console),
            new PriorityCommand(console),
            new DoctorCommand(console),
            new BackupCommand(console),
            new SchemaCommand(console),
        };

    /// <summary>
    /// Turns bad input into one message and exit code 2, and a ledger, a file or a head that cannot be used now into one and exit code 3;
    /// anything else is a bug and keeps its stack trace.
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
        catch (Exception error) when (error is LedgerUnavailableException or HeadUnreachableException or IOException or UnauthorizedAccessException)
        {
            console.Warn(error is LedgerUnavailableException { IsPassing: false }
                ? $"{error.Message}; `sbnn doctor` says more"
                : $"{error.Message}; nothing that was recorded is lost, and the same command may be repeated");
            return ExitCode.Unavailable;
        }
    }
}
