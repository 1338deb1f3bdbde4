using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes</c>: the machines that train for a head; with <c>token</c> and <c>remove</c>, who may.
/// </summary>
internal sealed class NodesCommand : HomeCommand
{
    public NodesCommand(CommandConsole console)
        : base(console, "nodes",
            "List the nodes of a head and their GPUs: state, slots taken and in all, build, when each was heard last, "
            + "and why it does not train.",
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
            : $"name: there is no node named {name}{SpellingSuggestion.Hint(name, known)}; there are "
                + $"{string.Join(", ", known)}");
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
        : [.. Nodes(nodes), .. Gpus(nodes)];

    private static IEnumerable<string> Nodes(IReadOnlyList<Node> nodes) => TextOutput.Columns(
        ["node", "state", "slots", "heard", "build", "why"], nodes.Select(
        static node => (IReadOnlyList<string>)
        [
            node.Name, EnumWords.Of(node.State), node.Slots is { } slots ? Taken(node.TakenSlots ?? 0, slots) : "",
            node.HeardAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            ShortBuild(node.Build), node.Reason ?? "",
        ]));

    private static IEnumerable<string> Gpus(IReadOnlyList<Node> nodes)
    {
        var gpus = nodes.SelectMany(static node => (node.Gpus ?? []).Select(gpu => (Node: node.Name, Gpu: gpu)))
            .ToList();
        if (gpus.Count == 0) return [];
        return ["", .. TextOutput.Columns(["node", "gpu", "model", "slots", "busy", "memory in use", "note"],
            gpus.Select(
            static of => (IReadOnlyList<string>)
            [
                of.Node, of.Gpu.Uuid, of.Gpu.Model, Taken(of.Gpu.TakenSlots, of.Gpu.Slots),
                of.Gpu.UtilizationPercent is { } busy ? string.Create(CultureInfo.InvariantCulture, $"{busy} %") : "",
                (of.Gpu.UsedMiB is { } used ? $"{Wording.Memory(used)} of " : "") + Wording.Memory(of.Gpu.MemoryMiB),
                of.Gpu.StrangersMiB > GpuOffer.MostOfStrangersMiB
                    ? $"passed over: other programs hold {Wording.Memory(of.Gpu.StrangersMiB)}"
                    : "",
            ]))];
    }

    private static string Taken(int taken, int slots) =>
        string.Create(CultureInfo.InvariantCulture, $"{taken}/{slots}");

    // The version, and the commit as far as people compare it.
    private static string ShortBuild(string? build) =>
        build?.IndexOf('+', StringComparison.Ordinal) is >= 0 and var at && build.Length > at + 8
            ? build[..(at + 8)]
            : build ?? "";
}
