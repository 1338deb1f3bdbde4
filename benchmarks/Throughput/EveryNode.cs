using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Benchmarks.Throughput;

/// <summary>Lets every node in.</summary>
internal sealed class EveryNode : INodeRegistry
{
    public IReadOnlyList<NodeName> Nodes => [];

    public string? FindRefusal(NodeName name, string identity, string secret) => null;

    public bool IsDraining(NodeName name) => false;
}
