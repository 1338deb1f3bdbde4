using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn retry NAME --failed</c>: queues the failed trials again, with a new count of attempts.</summary>
internal sealed class RetryCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();
    private readonly Option<bool> _failed = new("--failed")
    {
        Description = "Required: states that only the failed trials are trained again. Results are never discarded.",
    };

    public RetryCommand(CommandConsole console)
        : base(console, "retry", "Train a sweep's failed trials again, with a new count of attempts.",
            takesHead: true)
    {
        Add(_sweep);
        Add(_failed);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        if (!call.Get(_failed))
            throw new BadInputException(
                "--failed: required, because only failed trials can be retried; add it to the command");
        var changed = await call.Place.RetryFailedAsync(call.Get(_sweep));
        call.Print(
            new RetryOutput(changed.After.Name, changed.Change.Retried, changed.Head),
            () => [ChangeWording.Of(changed, call.Place)]);
        return ExitCode.Done;
    }

    /// <summary>The JSON of <c>retry</c>.</summary>
    private sealed record RetryOutput(string Name, int Retried, HeadOutput? Head);
}
