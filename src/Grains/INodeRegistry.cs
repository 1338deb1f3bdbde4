using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Which nodes the head has let in. It outlives the head's process; what a node says of itself from second to second
/// does not.
/// </summary>
public interface INodeRegistry
{
    /// <summary>The nodes that were let in, by name.</summary>
    IReadOnlyList<NodeName> Nodes { get; }

    /// <summary>
    /// Null when a node of this name and identity was let in with this secret; else why it may not join.
    /// </summary>
    string? FindRefusal(NodeName name, string identity, string secret);

    /// <summary>True while the node is to train nothing.</summary>
    bool IsDraining(NodeName name);
}
