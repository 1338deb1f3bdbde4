using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>The head's nodes as people see them: who was let in, and what was heard of each.</summary>
/// <param name="admission">Who was let in.</param>
/// <param name="board">What was heard.</param>
/// <param name="time">The clock.</param>
public sealed class NodeViews(INodeAdmission admission, NodeBoard board, TimeProvider time)
{
    /// <summary>The nodes, by name.</summary>
    public IReadOnlyList<Node> List() =>
    [
        .. from name in admission.Nodes.Union(board.Nodes.Select(static heard => heard.Name))
           orderby name.Value
           select Describe(name, board.Find(name)),
    ];

    /// <summary>A node; null when there is none of that name.</summary>
    public Node? Find(string name) => List().FirstOrDefault(node => node.Name == name);

    /// <summary>Why no trial can begin, whatever it is; null while a node takes trials.</summary>
    public string? WhyNoSlots()
    {
        var nodes = List();
        if (nodes.Count == 0) return "no node has joined";
        if (nodes.Any(static node => node is { State: NodeState.Ready, Slots: not 0 })) return null;
        return nodes is [var only] ? $"node {only.Name}: {only.Reason ?? "it has no slots"}"
            : $"none of {nodes.Count} nodes takes trials; `sbnn nodes` says why";
    }

    private Node Describe(NodeName name, HeardNode? heard)
    {
        var (state, reason) = heard is null ? (NodeState.Away, "not heard since this sbnn started") : heard.StandsAt(time.GetUtcNow(), admission.IsDraining(name));
        return new Node { Name = name.Value, State = state, Reason = reason, Slots = heard?.Slots, Build = heard?.Build, HeardAt = heard?.HeardAt };
    }
}
