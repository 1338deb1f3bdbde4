using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn nodes</c>: lists the machines that train for a head. <c>token</c> and <c>remove</c> decide which machines
/// may join.
/// </summary>
internal sealed class NodesCommand : HomeCommand
{
    public NodesCommand(CommandConsole console)
        : base(console, "nodes",
            "List a head's nodes and their GPUs: state, slots in use and in total, time of the last contact, build, "
                + "and why a node does not train.",
            takesHead: true)
    {
        Add(new NodesTokenCommand(console));
        Add(new NodesRemoveCommand(console));
    }

    /// <summary>
    /// The error for a node that the head does not know or did not admit; it lists the known names.
    /// </summary>
    public static async Task<BadInputException> UnknownAsync(string name, HomeCall call)
    {
        using var head = call.Place.Connect();
        var known = (await head.ReadNodesAsync(call.Cancellation)).Items.Select(static node => node.Name).ToList();
        if (known.Contains(name, StringComparer.Ordinal))
        {
            return new BadInputException(
                $"name: {name} has no certificate to revoke: it is the head's own node, or it was removed before; "
                    + $"`{call.Place.Command($"drain {name}")}` stops its trainers");
        }

        return new BadInputException(known.Count == 0
            ? $"name: no node is named {name}; no node has joined"
            : $"name: no node is named {name} (allowed: {string.Join(", ", known)})"
                + SpellingSuggestion.Hint(name, known));
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var head = call.Place.Connect();
        var nodes = await head.ReadNodesAsync(call.Cancellation);
        call.Print(nodes, () => Lines(nodes.Items));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(IReadOnlyList<Node> nodes) => nodes.Count == 0
        ? ["no node has joined; `sbnn nodes token` prints the commands that let a machine join"]
        : [.. Nodes(nodes), .. Gpus(nodes)];

    private static IEnumerable<string> Nodes(IReadOnlyList<Node> nodes) => TextOutput.Columns(
        ["node", "state", "slots", "last contact", "build", "why"], nodes.Select(
        static node => (IReadOnlyList<string>)
        [
            node.Name, EnumWords.Of(node.State), node.Slots is { } slots ? Taken(node.TakenSlots ?? 0, slots) : "",
            node.HeardAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "",
            ShortBuild(node.Build), node.State == NodeState.Draining ? "" : node.Reason ?? "",
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
                of.Gpu.OtherProgramsMiB > GpuOffer.MaxOtherProgramsMiB
                    ? $"not used: other programs use {Wording.Memory(of.Gpu.OtherProgramsMiB)}"
                    : "",
            ]))];
    }

    private static string Taken(int taken, int slots) =>
        string.Create(CultureInfo.InvariantCulture, $"{taken}/{slots}");

    // The version and the first digits of the commit.
    private static string ShortBuild(string? build) =>
        build?.IndexOf('+', StringComparison.Ordinal) is >= 0 and var at && build.Length > at + 8
            ? build[..(at + 8)]
            : build ?? "";
}
