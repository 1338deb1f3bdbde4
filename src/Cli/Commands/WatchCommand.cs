using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn watch NAME</c>: a sweep's progress until it is over, then its table. Ctrl-C leaves the sweep alone.
/// </summary>
internal sealed class WatchCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    public WatchCommand(CommandConsole console)
        : base(
            console,
            "watch",
            "Show a sweep's progress until it is over, then its table. Ctrl-C ends the watching only.",
            printsJson: false,
            takesHead: true) => Add(_sweep);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (place, name) = (call.Place, call.Get(_sweep));
        using var stop = new StopSignal();
        var sweep = await place.Reads.FindSweepAsync(name) ?? throw await UnknownSweep.OfAsync(name, place.Reads);
        if (place.Head is null && !sweep.IsOver)
            call.Console.Warn($"{place.Standing}: `{place.Command("run <spec>")}` goes on");
        return await new SweepWatcher(place, call.Console, TimeProvider.System, stop.Requested).RunAsync(name);
    }
}
