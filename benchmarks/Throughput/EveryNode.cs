using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Benchmarks.Throughput;

/// <summary>Admits every node.</summary>
internal sealed class EveryNode : INodeRegistry
{
    public IReadOnlyList<NodeName> Nodes => [];

    public string? FindRefusal(NodeName name, string identity, string secret) => null;

    public bool IsDraining(NodeName name) => false;

    public void Forget(NodeName name, string identity)
    {
        // There is no list to remove the node from.
    }
}
