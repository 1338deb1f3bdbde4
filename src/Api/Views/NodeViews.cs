using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The head's nodes as people see them: who was let in, and what was heard of each.</summary>
/// <param name="registry">Who was let in.</param>
/// <param name="board">What was heard.</param>
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

    /// <summary>A node; null when there is none of that name.</summary>
    public NodeView? Find(string name) => List().FirstOrDefault(node => node.Name.Value == name);

    /// <summary>Why no trial can begin, whatever it is; null while a node takes trials.</summary>
    public string? WhyNoSlots()
    {
        var nodes = List();
        if (nodes.Count == 0) return "no node has joined";
        if (nodes.Any(static node => node is { State: NodeState.Ready, Heard.Offer.Slots: not 0 })) return null;
        return nodes is [var only] ? $"node {only.Name}: {only.Reason ?? "it has no slots"}"
            : $"none of {nodes.Count} nodes takes trials; `sbnn nodes` says why";
    }

    private NodeView Describe(NodeName name, HeardNode? heard)
    {
        var (state, reason) = heard is null
            ? (NodeState.Away, "not heard since this sbnn started")
            : heard.StateAt(time.GetUtcNow(), registry.IsDraining(name));
        return new NodeView(name, state, reason, heard)
        {
            TakenOnCpu = board.TakenSlots(name, gpu: null),
            Gpus = [.. (heard?.Offer.Gpus ?? []).Select(gpu => (gpu, board.TakenSlots(name, gpu.Uuid)))],
        };
    }
}

/// <summary>A node, and where it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Whether it trains.</param>
/// <param name="Reason">Why it stands there; null for a ready node that has its name for itself.</param>
/// <param name="Heard">As it was heard last; null when it was not since the head's process began.</param>
public sealed record NodeView(NodeName Name, NodeState State, string? Reason, HeardNode? Heard)
{
    /// <summary>Its CPU slots that trials hold.</summary>
    public int TakenOnCpu { get; init; }

    /// <summary>Its GPUs, each with the slots of it that trials hold.</summary>
    public IReadOnlyList<(GpuOffer Gpu, int Taken)> Gpus { get; init; } = [];
}
