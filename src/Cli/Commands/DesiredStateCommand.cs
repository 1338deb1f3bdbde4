using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn pause</c>, <c>resume</c> and <c>cancel</c>: what is wanted of a sweep, from now on and after any restart.</summary>
internal static class DesiredStateCommand
{
    public static Command Pause() => Create(
        "pause", "Stop what only this sweep wants, with checkpoints, until it is resumed. Its run stays and waits.", DesiredState.Paused);

    public static Command Resume() => Create("resume", "Make a paused or cancelled sweep active again.", DesiredState.Active);

    public static Command Cancel() => Create(
        "cancel", "Stop what only this sweep wants, for good; its run ends. Results that are there stay.", DesiredState.Cancelled);

    private static Command Create(string verb, string description, DesiredState wish)
    {
        var (sweep, home, json) = (SharedOptions.Sweep(), SharedOptions.Home(), SharedOptions.Json());
        var command = new Command(verb, description) { sweep, home, json };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(async () =>
        {
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            var changed = await new SweepChanges(place, cancellation).SetDesiredStateAsync(parsed.GetRequiredValue(sweep), wish);
            if (parsed.GetValue(json))
            {
                var (change, states) = (changed.Change, changed.After.CountStates());
                Printed.Json(new DesiredStatePrinted(
                    changed.After.Name, change.Before, change.Now, change.Stopping, change.Withdrawn, change.Requeued, change.Finished,
                    states.GetValueOrDefault(TrialState.Failed), HeadPrinted.Of(changed.Head)));
            }
            else
            {
                Console.Out.WriteLine(ChangeWording.Of(changed, place));
            }

            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>The JSON of <c>pause</c>, <c>resume</c> and <c>cancel</c>.</summary>
    private sealed record DesiredStatePrinted(
        string Name, DesiredState Before, DesiredState Now, int Stopping, int Withdrawn, int Requeued, int Finished, int Failed, HeadPrinted? Head);
}
