using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn retry NAME</c>: queues the failed trials again, with a new count of attempts.</summary>
internal sealed class RetryCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    public RetryCommand(CommandConsole console)
        : base(console, "retry",
            "Train a sweep's failed trials again, with a new count of attempts. Results are never discarded.",
            takesHead: true)
    {
        Add(_sweep);
        Add(new Option<bool>("--failed") { Hidden = true }); // Has no effect; earlier versions required it.
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var changed = await call.Place.RetryFailedAsync(call.Get(_sweep));
        call.Print(
            new RetryOutput(changed.After.Name, changed.Change.Retried, changed.Head),
            () => [ChangeWording.Of(changed, call.Place)]);
        return ExitCode.Done;
    }

    /// <summary>The JSON of <c>retry</c>.</summary>
    private sealed record RetryOutput(string Name, int Retried, HeadOutput? Head);
}
