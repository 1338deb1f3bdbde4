using System.Collections.Concurrent;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>What the head's process has heard of its nodes, for people. Each node's grain writes its own entry.</summary>
public sealed class NodeBoard
{
    private readonly ConcurrentDictionary<NodeName, HeardNode> _nodes = [];

    /// <summary>The nodes that have knocked since the head's process began, by name.</summary>
    public IReadOnlyList<HeardNode> Nodes => [.. _nodes.Values.OrderBy(static node => node.Name.Value, StringComparer.Ordinal)];

    /// <summary>A node; null when it has not knocked.</summary>
    public HeardNode? Find(NodeName name) => _nodes.GetValueOrDefault(name);

    internal void Note(HeardNode node) => _nodes[node.Name] = node;
}

/// <summary>A node, as it was heard last.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Build">The version and commit of its program.</param>
/// <param name="Slots">Trainers at once; 0 before its first synchronisation.</param>
/// <param name="HeardAt">When the head heard it last.</param>
public sealed record HeardNode(NodeName Name, string Build, int Slots, DateTimeOffset HeardAt)
{
    /// <summary>Why the head refuses it; null when it does not.</summary>
    public string? Refusal { get; init; }

    /// <summary>True once it has said goodbye.</summary>
    public bool HasLeft { get; init; }
}
