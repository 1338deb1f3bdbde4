using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn drain NODE</c>: the head assigns no trials to the node until <c>--undo</c>.</summary>
internal sealed class DrainCommand : HomeCommand
{
    private readonly Argument<string> _node = new("node") { Description = "The node's name." };
    private readonly Option<bool> _undo = new("--undo") { Description = "Assign trials to the node again." };

    public DrainCommand(CommandConsole console)
        : base(console, "drain",
            "Stop a node's trainers with checkpoints, and assign no trials to the node until `sbnn drain <node> "
                + "--undo`. Other nodes continue its trials.",
            takesHead: true)
    {
        Add(_node);
        Add(_undo);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var (name, undo) = (call.Get(_node), call.Get(_undo));
        var node = await head.DrainNodeAsync(name, !undo, call.Cancellation)
            ?? throw await NodesCommand.UnknownAsync(name, call);
        call.Print(node, () =>
        [
            undo
                ? $"node {name} takes trials again"
                : $"node {name} is draining: its trainers write checkpoints and stop; "
                + $"`{call.Place.Command($"drain {name} --undo")}` lets it take trials again",
        ]);
        return ExitCode.Done;
    }
}
