using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn backup FILE</c>: a copy of the ledger as it is at one moment, also while sweeps run.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var home = SharedOptions.Home();
        var file = new Argument<FileInfo>("file") { Description = "The copy's file; it must not be there yet." };
        var command = new Command(
            "backup", "Copy the ledger, also while sweeps run. All results are in it; to restore, put it in place of the home's ledger.db and delete ledger.db-wal and ledger.db-shm.") { file, home };
        command.SetAction((parsed, _) => SbnnCommand.GuardAsync(async () =>
        {
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            if (!File.Exists(place.Ledger)) throw new BadInputException($"--home: there is no ledger in {place.Path}");
            using var ledger = LedgerReader.Open(place.Ledger, anyVersion: true);
            var copy = parsed.GetRequiredValue(file).ToString();
            await ledger.BackUpAsync(copy);
            Console.Out.WriteLine($"{place.Ledger} is copied to {copy}");
            return ExitCode.Done;
        }));
        return command;
    }
}
