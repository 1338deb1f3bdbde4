using System.Collections.Concurrent;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The last known states of the head's nodes, for display. Each node's grain writes the node's entry, and the scheduler
/// writes which slots are taken.
/// </summary>
public sealed class NodeBoard
{
    private readonly ConcurrentDictionary<NodeName, HeardNode> _nodes = [];
    // The number of taken slots of each device. The dictionary is never changed, only replaced, so that readers need no
    // lock.
    private volatile Dictionary<(NodeName, string?), int> _taken = [];

    /// <summary>The nodes that have contacted the head since its process began, by name.</summary>
    public IReadOnlyList<HeardNode> Nodes =>
        [.. _nodes.Values.OrderBy(static node => node.Name.Value, StringComparer.Ordinal)];

    /// <summary>Finds a node; null when it has not contacted the head since the head's process began.</summary>
    public HeardNode? Find(NodeName name) => _nodes.GetValueOrDefault(name);

    /// <summary>The number of trials that hold slots of a node's CPU, or of one of its GPUs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gpu">The GPU's UUID; null: the CPU.</param>
    public int TakenSlots(NodeName node, string? gpu) => _taken.GetValueOrDefault((node, gpu));

    internal void RecordTaken(IEnumerable<DeviceSlots> devices) => _taken = devices
        .Where(static device => device.Trials.Count > 0)
        .ToDictionary(static device => (device.Node, device.Uuid), static device => device.Trials.Count);

    internal void Record(HeardNode node) => _nodes[node.Name] = node;

    internal void Forget(NodeName name) => _nodes.TryRemove(name, out _);
}

/// <summary>The state of a node at its last contact.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Build">The version and commit of its program.</param>
/// <param name="Offer">What the node offers; an empty offer before its first synchronisation.</param>
/// <param name="HeardAt">The time of the node's last contact.</param>
public sealed record HeardNode(NodeName Name, string Build, NodeOffer Offer, DateTimeOffset HeardAt)
{
    // A node synchronises every second, so ten missed calls count as silence.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Why the head refuses the node; null when the head has accepted it.</summary>
    public string? Refusal { get; init; }

    /// <summary>
    /// Why another node with the same name was refused in the last few seconds; null when no other node was refused.
    /// </summary>
    public string? RefusalOfOther { get; init; }

    /// <summary>True once the node has left.</summary>
    public bool HasLeft { get; init; }

    /// <summary>
    /// The node's state, and the reason for it. The reason is null for a ready node whose name no other node uses.
    /// </summary>
    public (NodeState State, string? Reason) StateAt(DateTimeOffset now, bool isDraining) => this switch
    {
        { Refusal: { } refusal } => (NodeState.Refused, refusal),
        { HasLeft: true } => (NodeState.Away, "the node has left the cluster"),
        _ when now - HeardAt > Silence => (NodeState.Silent, $"no contact for {Wording.Duration(now - HeardAt)}"),
        _ when isDraining => (NodeState.Draining, "the node is draining"),
        { RefusalOfOther: { } refusal } => (NodeState.Ready, $"another node with this name was refused: {refusal}"),
        _ => (NodeState.Ready, null),
    };
}
