using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn watch NAME</c>: shows a sweep's progress until it ends, then its table. Ctrl-C does not stop the sweep.
/// </summary>
internal sealed class WatchCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    public WatchCommand(CommandConsole console)
        : base(
            console,
            "watch",
            "Show a sweep's progress until the sweep ends, then print its table. Ctrl-C ends only this command, not "
                + "the sweep.",
            printsJson: false,
            takesHead: true) => Add(_sweep);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (place, name) = (call.Place, call.Get(_sweep));
        using var stop = new StopSignal();
        var sweep = await place.Reads.FindSweepAsync(name) ?? throw await UnknownSweep.OfAsync(name, place.Reads);
        if (place.Head is null && !sweep.IsOver)
            call.Console.Warn($"{place.Status}; `{place.Command("run <spec>")}` continues the sweep");
        return await new SweepWatcher(place, call.Console, TimeProvider.System, stop.Requested).RunAsync(name);
    }
}
