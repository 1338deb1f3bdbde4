using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn backup FILE</c>: copies the ledger as it is at one moment, also while sweeps run.</summary>
internal sealed class BackupCommand : HomeCommand
{
    private readonly Argument<FileInfo> _file =
        new("file") { Description = "The path of the copy; no file may exist there yet." };

    public BackupCommand(CommandConsole console)
        : base(
            console,
            "backup",
            "Copy the ledger, which has all results, to a file. Works while sweeps run. To restore the copy, end sbnn, "
                + "put the copy in place of ledger.db in the home, and delete ledger.db-wal and ledger.db-shm.",
            printsJson: false) => Add(_file);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var ledger = call.OpenLedger(anyVersion: true);
        var copy = call.Get(_file).ToString();
        await ledger.BackUpAsync(copy);
        call.Console.Say($"{call.Home.Ledger}: copied to {copy}");
        return ExitCode.Done;
    }
}
