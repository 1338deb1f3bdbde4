using System.Collections.Concurrent;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// What the head's process has heard of its nodes, for people. Each node's grain writes its own entry, and the
/// scheduler which slots are taken.
/// </summary>
public sealed class NodeBoard
{
    private readonly ConcurrentDictionary<NodeName, HeardNode> _nodes = [];
    private volatile Dictionary<(NodeName, string?), int> _taken = []; // By device; replaced as a whole.

    /// <summary>The nodes that have knocked since the head's process began, by name.</summary>
    public IReadOnlyList<HeardNode> Nodes =>
        [.. _nodes.Values.OrderBy(static node => node.Name.Value, StringComparer.Ordinal)];

    /// <summary>A node; null when it has not knocked.</summary>
    public HeardNode? Find(NodeName name) => _nodes.GetValueOrDefault(name);

    /// <summary>How many trials hold slots of a node's CPU, or of one of its GPUs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gpu">The GPU's UUID; null: the CPU.</param>
    public int TakenSlots(NodeName node, string? gpu) => _taken.GetValueOrDefault((node, gpu));

    internal void NoteTaken(IEnumerable<DeviceSlots> devices) => _taken = devices
        .Where(static device => device.Trials.Count > 0)
        .ToDictionary(static device => (device.Node, device.Uuid), static device => device.Trials.Count);

    internal void Note(HeardNode node) => _nodes[node.Name] = node;
}

/// <summary>A node, as it was heard last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Build">The version and commit of its program.</param>
/// <param name="Offer">What it offers; nothing before its first synchronisation.</param>
/// <param name="HeardAt">When the head heard it last.</param>
public sealed record HeardNode(NodeName Name, string Build, NodeOffer Offer, DateTimeOffset HeardAt)
{
    // A node synchronises each second.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    /// <summary>Why the head refuses it; null when it does not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Why another that knocked by its name a moment ago was refused; null when none did.</summary>
    public string? RefusalOfOther { get; init; }

    /// <summary>True once it has said goodbye.</summary>
    public bool HasLeft { get; init; }

    /// <summary>
    /// Where it stands, and why it does not train; null for a node that does and has its name for itself.
    /// </summary>
    public (NodeState State, string? Reason) StandsAt(DateTimeOffset now, bool isDraining) => this switch
    {
        { Refusal: { } refusal } => (NodeState.Refused, refusal),
        { HasLeft: true } => (NodeState.Away, "it said goodbye"),
        _ when now - HeardAt > Silence => (NodeState.Silent, $"not heard for {Wording.Duration(now - HeardAt)}"),
        _ when isDraining => (NodeState.Draining, "it drains"),
        { RefusalOfOther: { } refusal } => (NodeState.Ready, $"another that knocks by its name is refused: {refusal}"),
        _ => (NodeState.Ready, null),
    };
}
