using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn retry NAME --failed</c>: failed trials wait again, with a fresh count of attempts.</summary>
internal static class RetryCommand
{
    public static Command Create()
    {
        var (sweep, home, json) = (SharedOptions.Sweep(), SharedOptions.Home(), SharedOptions.Json());
        var failed = new Option<bool>("--failed") { Description = "Its failed trials; required, for a finished trial is never trained again." };
        var command = new Command("retry", "Try a sweep's failed trials again, with a fresh count of attempts.") { sweep, failed, home, json };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(async () =>
        {
            if (!parsed.GetValue(failed)) throw new BadInputException("--failed: missing; only failed trials can be tried again");
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            var changed = await new SweepChanges(place, cancellation).RetryFailedAsync(parsed.GetRequiredValue(sweep));
            if (parsed.GetValue(json)) Printed.Json(new RetryPrinted(changed.After.Name, changed.Change.Retried, HeadPrinted.Of(changed.Head)));
            else Console.Out.WriteLine(ChangeWording.Of(changed, place));
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>The JSON of <c>retry</c>.</summary>
    private sealed record RetryPrinted(string Name, int Retried, HeadPrinted? Head);
}
