using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn priority NAME N</c>: decides which sweep's trials get the next free slot.</summary>
internal sealed class PriorityCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    // The priority is read as text because the parser would take -5 for an option and print its own error message.
    private readonly Argument<string> _priority = new("priority")
    {
        Description = "Trials of the sweep with the highest priority start first. Allowed: "
            + $"{RunSpec.LeastPriority} to {RunSpec.MostPriority}.",
    };

    public PriorityCommand(CommandConsole console)
        : base(console, "priority",
            "Change a sweep's priority. Running trials are not stopped. When a changed spec is run or submitted, the "
                + "priority of the spec applies again.",
            takesHead: true)
    {
        Add(_sweep);
        Add(_priority);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var changed = await call.Place.SetPriorityAsync(call.Get(_sweep), Read(call.Get(_priority)));
        call.Print(
            new PriorityOutput(changed.After.Name, changed.Change.Before, changed.Change.Now, changed.Head),
            () => [ChangeWording.Of(changed)]);
        return ExitCode.Done;
    }

    private static int Read(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number is >= RunSpec.LeastPriority and <= RunSpec.MostPriority
            ? number
            : throw new BadInputException(
                $"priority: {text} is not allowed (allowed: a whole number from {RunSpec.LeastPriority} to "
                    + $"{RunSpec.MostPriority})");

    /// <summary>The JSON of <c>priority</c>.</summary>
    private sealed record PriorityOutput(string Name, int Before, int Now, HeadOutput? Head);
}
