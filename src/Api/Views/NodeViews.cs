using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The head's nodes for display: those that were admitted, with their latest reports.</summary>
/// <param name="registry">The admitted nodes.</param>
/// <param name="board">The nodes' latest reports.</param>
/// <param name="time">The clock.</param>
public sealed class NodeViews(INodeRegistry registry, NodeBoard board, TimeProvider time)
{
    /// <summary>The nodes, by name.</summary>
    public IReadOnlyList<NodeView> List() =>
    [
        .. from name in registry.Nodes.Union(board.Nodes.Select(static heard => heard.Name))
           orderby name.Value
           select Describe(name, board.Find(name)),
    ];

    /// <summary>A node; null when the node is unknown.</summary>
    public NodeView? Find(string name) => List().FirstOrDefault(node => node.Name.Value == name);

    /// <summary>Why no trial at all can start; null while a node accepts trials.</summary>
    public string? WhyNoSlots()
    {
        var nodes = List();
        if (nodes.Count == 0) return "no node has joined";
        if (nodes.Any(static node => node is { State: NodeState.Ready, Heard.Offer.Slots: not 0 })) return null;
        return nodes switch
        {
            [{ State: NodeState.Draining, Name: var name }] =>
                $"node {name} is draining; `sbnn drain {name} --undo` lets it take trials again",
            [var only] => $"node {only.Name}: {only.Reason ?? "the node has no slots"}",
            _ => $"none of {nodes.Count} nodes accepts trials; `sbnn nodes` shows why",
        };
    }

    private NodeView Describe(NodeName name, HeardNode? heard)
    {
        var (state, reason) = heard is null
            ? (NodeState.Away, "no contact since this sbnn started")
            : heard.StateAt(time.GetUtcNow(), registry.IsDraining(name));
        return new NodeView(name, state, reason, heard)
        {
            TakenOnCpu = board.TakenSlots(name, gpu: null),
            Gpus = [.. (heard?.Offer.Gpus ?? []).Select(gpu => (gpu, board.TakenSlots(name, gpu.Uuid)))],
        };
    }
}

/// <summary>A node and its state.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="State">Whether trials can start on the node.</param>
/// <param name="Reason">Why the node is in this state; null for a ready node, unless another node with the same name
/// was rejected.</param>
/// <param name="Heard">The node's latest report; null when the head's process has received no report of the
/// node.</param>
public sealed record NodeView(NodeName Name, NodeState State, string? Reason, HeardNode? Heard)
{
    /// <summary>The CPU slots that trials hold.</summary>
    public int TakenOnCpu { get; init; }

    /// <summary>The GPUs, each with the number of its slots that trials hold.</summary>
    public IReadOnlyList<(GpuOffer Gpu, int Taken)> Gpus { get; init; } = [];
}
