using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes</c>: the machines that train for a head; with <c>token</c> and <c>remove</c>, who may.
/// </summary>
internal sealed class NodesCommand : HomeCommand
{
    public NodesCommand(CommandConsole console)
        : base(console, "nodes",
            "List the nodes of a head: state, slots, build, when each was heard last, and why it does not train.",
            takesHead: true)
    {
        Add(new NodesTokenCommand(console));
        Add(new NodesRemoveCommand(console));
    }

    /// <summary>What is said of a node that is not there.</summary>
    public static async Task<BadInputException> UnknownAsync(string name, HomeCall call)
    {
        using var head = call.Place.Connect();
        var known = (await head.ReadNodesAsync(call.Cancellation)).Items.Select(static node => node.Name).ToList();
        return new BadInputException(known.Count == 0
            ? $"name: there is no node named {name}; no node has joined"
            : $"name: there is no node named {name}{Spelling.Hint(name, known)}; there are {string.Join(", ", known)}");
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var nodes = await head.ReadNodesAsync(call.Cancellation);
        call.Print(nodes, () => Lines(nodes.Items));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(IReadOnlyList<Node> nodes) => nodes.Count == 0
        ? ["no node has joined; `sbnn nodes token` prints what to paste on a machine"]
        : Printed.Columns(["node", "state", "slots", "heard", "build", "why"], nodes.Select(
        static node => (IReadOnlyList<string>)
        [
            node.Name, Knobs.WordOf(node.State), node.Slots?.ToString(CultureInfo.InvariantCulture) ?? "",
            node.HeardAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            ShortBuild(node.Build), node.Reason ?? "",
        ]));

    // The version, and the commit as far as people compare it.
    private static string ShortBuild(string? build) =>
        build?.IndexOf('+', StringComparison.Ordinal) is >= 0 and var at && build.Length > at + 8
            ? build[..(at + 8)]
            : build ?? "";
}
