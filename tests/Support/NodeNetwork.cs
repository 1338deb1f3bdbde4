using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// A network namespace for each node, connected to a bridge. Each node reaches the bridge's own address, where a head
/// may listen, but not the other nodes. The names of the namespaces and devices are unique to this process.
/// </summary>
public sealed class NodeNetwork : IDisposable
{
    private readonly string _id = Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture);
    private readonly int _subnet = Environment.ProcessId % 250;
    private readonly IReadOnlyList<string> _nodes;

    private NodeNetwork(IReadOnlyList<string> nodes) => _nodes = nodes;

    /// <summary>The bridge's address.</summary>
    public string HeadAddress => AddressOf(1);

    private string Bridge => $"sbnnbr{_id}";

    /// <summary>Creates the network. Returns null when the kernel or the user's rights do not allow that.</summary>
    /// <param name="nodes">The nodes' names.</param>
    /// <param name="whyNot">Why the network cannot be created.</param>
    public static NodeNetwork? TryCreate(IReadOnlyList<string> nodes, out string? whyNot)
    {
        whyNot = Environment.IsPrivilegedProcess ? null : "only root can create network namespaces";
        if (whyNot is not null) return null;
        var network = new NodeNetwork(nodes);
        try
        {
            network.Create();
            return network;
        }
        catch (InvalidOperationException error)
        {
            network.Dispose();
            whyNot = $"network namespaces cannot be created on this machine: {error.Message}";
            return null;
        }
    }

    /// <summary>The command that runs the rest of a command line in a node's namespace.</summary>
    public string[] Within(string node) => ["nsenter", $"--net=/run/netns/{SpaceOf(node)}"];

    /// <summary>Sets a node's link down or up. Both sides see the state of the link.</summary>
    public void SetLink(string node, bool isUp) => Run("ip", "link", "set", CableOf(node), isUp ? "up" : "down");

    /// <summary>Drops all traffic on a node's link, or stops dropping it. Both sides see the link as up.</summary>
    public void SetSilent(string node, bool isSilent) =>
        Run("bridge", "link", "set", "dev", CableOf(node), "state", isSilent ? "0" : "3");

    /// <summary>The number of bytes that have been sent over a node's link in both directions.</summary>
    public long BytesOf(string node) => ((string[])["rx_bytes", "tx_bytes"]).Sum(count => long.Parse(
        File.ReadAllText($"/sys/class/net/{CableOf(node)}/statistics/{count}"), CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Deleting a namespace also deletes the node's cable.
        foreach (var node in _nodes) TryRun("ip", "netns", "del", SpaceOf(node));
        TryRun("ip", "link", "del", Bridge);
    }

    private void Create()
    {
        foreach (var node in _nodes) Run("ip", "netns", "add", SpaceOf(node));
        Run("ip", "link", "add", Bridge, "type", "bridge");
        Run("ip", "addr", "add", $"{HeadAddress}/24", "dev", Bridge);
        Run("ip", "link", "set", Bridge, "up");
        foreach (var (i, node) in _nodes.Index())
        {
            var (space, cable) = (SpaceOf(node), CableOf(node));
            Run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space);
            Run("ip", "link", "set", cable, "master", Bridge, "up");
            Run("bridge", "link", "set", "dev", cable, "isolated", "on");
            Run("ip", "-n", space, "link", "set", "lo", "up");
            Run("ip", "-n", space, "link", "set", "eth0", "up");
            Run("ip", "-n", space, "addr", "add", $"{AddressOf(i + 2)}/24", "dev", "eth0");
        }
    }

    private string SpaceOf(string node) => $"sbnn-{_id}-{node}";

    // An interface's name has at most 15 characters.
    private string CableOf(string node) => string.Create(
        CultureInfo.InvariantCulture, $"v{_nodes.Index().First(named => named.Item == node).Index}{_id}");

    private string AddressOf(int host) => string.Create(CultureInfo.InvariantCulture, $"10.77.{_subnet}.{host}");

    private static void Run(string program, params string[] words)
    {
        if (TryRun(program, words) is { } problem)
            throw new InvalidOperationException($"{program} {string.Join(' ', words)}: {problem}");
    }

    // Returns the reason why the program failed; null when the program succeeded.
    private static string? TryRun(string program, params string[] words)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
            var stderr = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : stderr.Trim();
        }
        catch (Win32Exception error)
        {
            return error.Message; // The program does not exist.
        }
    }
}
