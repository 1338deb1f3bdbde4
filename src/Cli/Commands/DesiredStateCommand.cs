using System.CommandLine;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn pause</c>, <c>resume</c> and <c>cancel</c>: set the sweep's desired state, which also holds after a restart.
/// </summary>
internal sealed class DesiredStateCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();
    private readonly DesiredState _desired;

    private DesiredStateCommand(CommandConsole console, string verb, string description, DesiredState desired)
        : base(console, verb, description, takesHead: true)
    {
        Add(_sweep);
        _desired = desired;
    }

    public static Command Pause(CommandConsole console) => new DesiredStateCommand(
        console, "pause",
        "Pause a sweep: its running trials stop with checkpoints, and its waiting trials do not start until "
            + "`sbnn resume`. "
            + "Trials that another sweep needs continue. An `sbnn run` of the paused sweep waits.",
        DesiredState.Paused);

    public static Command Resume(CommandConsole console) =>
        new DesiredStateCommand(console, "resume",
            "Make a paused or cancelled sweep active again. The sbnn that runs, or the next `sbnn run`, resumes its "
                + "trials from their checkpoints.",
            DesiredState.Active);

    public static Command Cancel(CommandConsole console) => new DesiredStateCommand(
        console, "cancel",
        "Cancel a sweep: its running trials stop with checkpoints, no other trial of it starts, and its `sbnn run` "
            + "ends. Trials that another sweep needs continue. Existing results are kept.",
        DesiredState.Cancelled);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var changed = await call.Place.SetDesiredStateAsync(call.Get(_sweep), _desired);
        var change = changed.Change;
        call.Print(
            new DesiredStateOutput(
                changed.After.Name, change.Before, change.Now, change.Stopping, change.Withdrawn, change.Requeued,
                change.Finished,
                changed.After.Counts.Failed, changed.Head),
            () => [ChangeWording.Of(changed, call.Place)]);
        return ExitCode.Done;
    }

    /// <summary>The JSON of <c>pause</c>, <c>resume</c> and <c>cancel</c>.</summary>
    private sealed record DesiredStateOutput(
        string Name, DesiredState Before, DesiredState Now, int Stopping, int Withdrawn, int Requeued, int Finished,
        int Failed, HeadOutput? Head);
}
