using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn priority NAME N</c>: whose trials get the next free slot.</summary>
internal static class PriorityCommand
{
    public static Command Create()
    {
        var (sweep, home, json) = (SharedOptions.Sweep(), SharedOptions.Home(), SharedOptions.Json());

        // Read as text: the message for a wrong one is then ours, and -5 is no option.
        var priority = new Argument<string>("priority") { Description = $"Higher goes first; from {RunSpec.LeastPriority} to {RunSpec.MostPriority}." };
        var command = new Command("priority", "Change a sweep's priority, until a changed spec brings another. Nothing that runs is stopped for it.")
        {
            sweep, priority, home, json,
        };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(async () =>
        {
            var place = new HomeFolder(parsed.GetRequiredValue(home).FullName);
            var changed = await new SweepChanges(place, cancellation).PriorityAsync(parsed.GetRequiredValue(sweep), Read(parsed.GetRequiredValue(priority)));
            if (parsed.GetValue(json))
                Printed.Json(new PriorityPrinted(changed.After.Name, changed.Change.Before, changed.Change.Now, HeadPrinted.Of(changed.Head)));
            else Console.Out.WriteLine(ChangeWording.Of(changed));
            return ExitCode.Done;
        }));
        return command;
    }

    private static int Read(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= RunSpec.LeastPriority and <= RunSpec.MostPriority
            ? number
            : throw new BadInputException($"priority: {text} is not allowed: a whole number from {RunSpec.LeastPriority} to {RunSpec.MostPriority}");

    /// <summary>The JSON of <c>priority</c>.</summary>
    private sealed record PriorityPrinted(string Name, int Before, int Now, HeadPrinted? Head);
}
