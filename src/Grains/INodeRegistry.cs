using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The nodes that the head has admitted. The registry is a file that outlives the head's process. It does not contain
/// the state that a node reports every second, which is kept in memory only.
/// </summary>
public interface INodeRegistry
{
    /// <summary>The admitted nodes, by name.</summary>
    IReadOnlyList<NodeName> Nodes { get; }

    /// <summary>
    /// Returns why a node may not join; null when a node of this name and identity was admitted with this secret.
    /// </summary>
    string? FindRefusal(NodeName name, string identity, string secret);

    /// <summary>True while the node is draining: it must not train.</summary>
    bool IsDraining(NodeName name);

    /// <summary>Removes a node that has left and never returns. Another machine may have the same name.</summary>
    void Forget(NodeName name, string identity);
}
