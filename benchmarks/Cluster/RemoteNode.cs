using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Benchmarks.Throughput;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>
/// A node, in a process of its own, whose trainers end immediately. The process runs until it is killed or until the
/// benchmark's process has ended.
/// </summary>
internal static class RemoteNode
{
    /// <summary>The first argument of the node's process.</summary>
    public const string Word = "node";

    /// <summary>The line that the node prints once it has connected to the head.</summary>
    public const string Ready = "ready";

    public static async Task RunAsync(string folder, string joinFile, string name, int slots)
    {
        var home = new HomeFolder(folder);
        Directory.CreateDirectory(home.Path);
        var node = new NodeName(name);
        var membership =
            await NodeEnrollment.JoinAsync(home.Membership, joinFile, node, home.Identify(), CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleansClient(client => client.ConnectToHead(membership));
        using var host = builder.Build();
        await host.StartAsync();
        using var link = new GrainHeadLink(
            host.Services.GetRequiredService<IGrainFactory>(),
            NodeHello.OfThisProcess(node, home.Identify(), membership.Secret, TimeSpan.Zero));
        await using var agent = new NodeAgent(
            node, new NoOpLauncher(slots, static () => { }), link, TimeSpan.FromSeconds(1), TimeProvider.System,
            NullLogger<NodeAgent>.Instance);
        link.Poked += agent.Poke;
        agent.Start();
        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync(); // The input ends when the benchmark's process ends.
    }
}
