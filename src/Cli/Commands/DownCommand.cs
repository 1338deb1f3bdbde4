using System.CommandLine;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn down</c>: stops the nodes that <c>sbnn up</c> started on other machines.</summary>
internal sealed class DownCommand : Command
{
    private readonly SshOptions _ssh = new();

    public DownCommand(CommandConsole console)
        : base("down", "Stop the nodes that `sbnn up` started: their trainers write checkpoints, the nodes send them "
            + "to the head and exit, and tunnels are closed. Other nodes continue the trials.")
    {
        foreach (var option in _ssh.All) Add(option);
        SetAction((parsed, _) => SbnnCommand.GuardAsync(console, () => _ssh.OnAllAsync(
            parsed, console, "down", static (node, cancellation) => node.DownAsync(cancellation))));
    }
}
