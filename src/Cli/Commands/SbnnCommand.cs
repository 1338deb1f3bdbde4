using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The command line: its verbs, and how errors leave it.</summary>
internal static class SbnnCommand
{
    public static RootCommand Create() =>
        new("sbnn: trains the sweeps that fill a paper's tables, and writes the tables.")
        {
            RunCommand.Create(),
            ExplainCommand.Create(),
            StatusCommand.Create(),
            ShowCommand.Create(),
            DesiredStateCommand.Pause(),
            DesiredStateCommand.Resume(),
            DesiredStateCommand.Cancel(),
            RetryCommand.Create(),
            PriorityCommand.Create(),
            DoctorCommand.Create(),
            BackupCommand.Create(),
            SchemaCommand.Create(),
        };

    /// <summary>
    /// Turns bad input into one message and exit code 2, and a ledger or file that cannot be used now into one and exit code 3; anything else is
    /// a bug and keeps its stack trace.
    /// </summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (BadInputException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return ExitCode.BadInput;
        }
        catch (Exception error) when (error is LedgerUnavailableException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(error is LedgerUnavailableException { IsPassing: false }
                ? $"{error.Message}; `sbnn doctor` says more"
                : $"{error.Message}; nothing that was recorded is lost, and the same command may be repeated");
            return ExitCode.Unavailable;
        }
    }
}
