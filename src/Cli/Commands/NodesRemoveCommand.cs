using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes remove NAME</c>: revokes a node's certificate and secret immediately; its trainers write checkpoints
/// and stop.
/// </summary>
internal sealed class NodesRemoveCommand : HomeCommand
{
    private readonly Argument<string> _node = new("name") { Description = "The node's name." };

    public NodesRemoveCommand(CommandConsole console)
        : base(
            console,
            "remove",
            "Revoke a node's certificate immediately. The node's trainers stop with checkpoints, and its machine can "
                + "join again only with a new token.",
            takesHead: true) =>
        Add(_node);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var name = call.Get(_node);
        var removed = await head.RemoveNodeAsync(name, call.Cancellation)
            ?? throw await NodesCommand.UnknownAsync(name, call);
        call.Print(removed,
            () => [$"node {removed.Name} is removed; its certificate and its secret are no longer valid"]);
        return ExitCode.Done;
    }
}
