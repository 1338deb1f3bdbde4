using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Admits every node, except those that a test has removed.</summary>
internal sealed class OpenRegistry : INodeRegistry
{
    private readonly HashSet<NodeName> _removed = [];
    private readonly HashSet<NodeName> _draining = [];

    public IReadOnlyList<NodeName> Nodes => [];

    public void Remove(NodeName name) => _removed.Add(name);

    public void Forget(NodeName name, string identity)
    {
        // Every node is admitted anyway.
    }

    public void Drain(NodeName name, bool isDraining)
    {
        if (isDraining) _draining.Add(name);
        else _draining.Remove(name);
    }

    public string? FindRefusal(NodeName name, string identity, string secret) =>
        _removed.Contains(name) ? "removed" : null;

    public bool IsDraining(NodeName name) => _draining.Contains(name);
}
