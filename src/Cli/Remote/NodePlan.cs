using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>What <c>sbnn up</c> runs on each host.</summary>
/// <param name="Build">The build.</param>
/// <param name="Client">Calls the head.</param>
/// <param name="Head">The head to join, with a join token.</param>
/// <param name="Tunnel">Where tunnels lead: the head's address and port as this machine reaches it; null: no tunnels.
/// </param>
/// <param name="NodeOptions">Options of <c>serve --role node</c> for all hosts.</param>
internal sealed record NodePlan(
    PublishedBuild Build, SweepsClient Client, HeadAccess Head, (string Name, int Port)? Tunnel,
    IReadOnlyList<string> NodeOptions)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A host's options, quoted for a shell; null when none are given, so that those of the last time hold.
    /// </summary>
    public string? OptionsOf(SshHost host) => NodeOptions.Count + host.NodeOptions.Count == 0
        ? null : string.Join(' ', NodeOptions.Concat(host.NodeOptions).Select(ShellArgument.Of));

    /// <summary>Waits until the head has heard from a node that is connected.</summary>
    /// <exception cref="HostFailure">The head refuses the node, or does not hear from it.</exception>
    public async Task ConfirmAsync(NodeName name, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(ConfirmTimeout);
        while (true)
        {
            var nodes = (await Client.ReadNodesAsync(cancellation)).Items;
            var node = nodes.FirstOrDefault(node => node.Name == name.Value);
            if (node?.State is NodeState.Ready or NodeState.Draining) return;
            if (node?.State == NodeState.Refused)
                throw new HostFailure($"the head refuses the node: {node.Reason}");
            if (limit.IsCancellationRequested)
                throw new HostFailure("the node is connected, but the head has not heard from it; see `sbnn nodes`");
            await Task.Delay(CheckInterval, cancellation);
        }
    }
}
