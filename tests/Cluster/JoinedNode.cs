using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>A node's agent whose link to the head is an Orleans client of the cluster.</summary>
internal sealed class JoinedNode : IAsyncDisposable
{
    private readonly GrainHeadLink _link;
    private readonly NodeAgent _agent;

    private JoinedNode(GrainHeadLink link, NodeAgent agent) => (_link, _agent) = (link, agent);

    /// <summary>Starts a node's agent.</summary>
    public static JoinedNode Start(
        IGrainFactory grains, string name, ITrainerLauncher launcher, NodeHello? hello = null,
        IAttemptLogs? logs = null)
    {
        var node = new NodeName(name);
        var link = new GrainHeadLink(
            grains, hello ?? NodeHello.OfThisProcess(node, name, secret: "", TimeSpan.Zero))
        { Logs = logs };
        var agent = new NodeAgent(node, launcher, link, TimeSpan.FromMilliseconds(50), TimeProvider.System,
            NullLogger<NodeAgent>.Instance);
        link.Poked += agent.Poke;
        agent.Start();
        return new JoinedNode(link, agent);
    }

    /// <summary>Leaves the cluster, once the node's trainers have stopped.</summary>
    public Task LeaveAsync() => _agent.LeaveAsync(TimeSpan.FromSeconds(5));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _link.Dispose();
    }
}
