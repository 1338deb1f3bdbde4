using System.CommandLine;
using Sbnn.Sweeps.Cli.Serving;
using Sbnn.Sweeps.Cli.Terminal;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes token</c>: creates a token with which machines join, and prints the commands to run on them.
/// </summary>
internal sealed class NodesTokenCommand : HomeCommand
{
    private readonly Option<string?> _expires = DurationOption.Create(
        "--expires", "1m", "365d", fallback: "24h", "How long machines can join with the token.");

    public NodesTokenCommand(CommandConsole console)
        : base(console, "token",
            "Create a token with which machines join a head as nodes, and print the commands to run on each machine.",
            takesHead: true) =>
        Add(_expires);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var lifetime = DurationOption.Parse(call.Get(_expires)!);
        var token = await head.CreateJoinTokenAsync(lifetime, call.Cancellation);
        call.Print(token, () => JoinScript.ForNode(token));
        return ExitCode.Done;
    }
}
