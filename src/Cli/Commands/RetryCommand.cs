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
        Description = "Retry the failed trials. Required, because finished trials are never trained again.",
    };

    public RetryCommand(CommandConsole console)
        : base(console, "retry", "Retry a sweep's failed trials, with a new count of attempts.", takesHead: true)
    {
        Add(_sweep);
        Add(_failed);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        if (!call.Get(_failed))
            throw new BadInputException("--failed: required, because only failed trials can be retried");
        var changed = await call.Place.RetryFailedAsync(call.Get(_sweep));
        call.Print(
            new RetryOutput(changed.After.Name, changed.Change.Retried, changed.Head),
            () => [ChangeWording.Of(changed, call.Place)]);
        return ExitCode.Done;
    }

    /// <summary>The JSON of <c>retry</c>.</summary>
    private sealed record RetryOutput(string Name, int Retried, HeadOutput? Head);
}
