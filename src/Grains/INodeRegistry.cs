using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The nodes that the head has admitted. The registry outlives the head's process; the state that a node reports every
/// second does not.
/// </summary>
public interface INodeRegistry
{
    /// <summary>The admitted nodes, by name.</summary>
    IReadOnlyList<NodeName> Nodes { get; }

    /// <summary>
    /// Null when a node of this name and identity was admitted with this secret; otherwise the reason why it may not
    /// join.
    /// </summary>
    string? FindRefusal(NodeName name, string identity, string secret);

    /// <summary>True while the node drains: it must not train.</summary>
    bool IsDraining(NodeName name);
}
