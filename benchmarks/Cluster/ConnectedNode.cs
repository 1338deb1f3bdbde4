using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>A node in this process that has joined a head and connects to its gateway over TLS.</summary>
internal sealed class ConnectedNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly GrainHeadLink _link;
    private readonly NodeAgent _agent;

    private ConnectedNode(IHost host, GrainHeadLink link, NodeAgent agent) =>
        (_host, _link, _agent) = (host, link, agent);

    /// <summary>Joins the head and connects to it.</summary>
    /// <param name="folder">The node's home.</param>
    /// <param name="joinFile">The join file from the head.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="launcher">Launches its trainers.</param>
    /// <param name="logs">Its logs; null: none.</param>
    public static async Task<ConnectedNode> StartAsync(
        string folder, string joinFile, string name, ITrainerLauncher launcher, IAttemptLogs? logs = null)
    {
        var home = new HomeFolder(folder);
        Directory.CreateDirectory(home.Path);
        var node = new NodeName(name);
        var membership =
            await NodeEnrollment.JoinAsync(home.Membership, joinFile, node, home.Identify(), CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleansClient(client => client.ConnectToHead(membership));
        var host = builder.Build();
        await host.StartAsync();
        var link = new GrainHeadLink(
            host.Services.GetRequiredService<IGrainFactory>(),
            NodeHello.OfThisProcess(node, home.Identify(), membership.Secret, TimeSpan.Zero))
        {
            Logs = logs,
        };
        var agent = new NodeAgent(
            node, launcher, link, TimeSpan.FromSeconds(1), TimeProvider.System, NullLogger<NodeAgent>.Instance);
        link.Poked += agent.Poke;
        agent.Start();
        return new ConnectedNode(host, link, agent);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _link.Dispose();
        _host.Dispose();
    }
}
