using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// Two network namespaces on a bridge. Each reaches the bridge's own address, where a head may listen, and neither reaches the other. Their names
/// are this process's own.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class NodeNetwork : IDisposable
{
    private readonly string _id = Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture);
    private readonly int _subnet = Environment.ProcessId % 250;

    /// <summary>Makes them; the test is skipped where that cannot be.</summary>
    public NodeNetwork()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can make network namespaces");
        var reason = Try("netns", "add", SpaceOf("a"));
        Assert.SkipWhen(reason is not null, $"network namespaces cannot be made here: {reason}");
        try
        {
            Ip("netns", "add", SpaceOf("b"));
            Ip("link", "add", Bridge, "type", "bridge");
            Ip("addr", "add", $"{HeadAddress}/24", "dev", Bridge);
            Ip("link", "set", Bridge, "up");
            foreach (var (node, host) in (ReadOnlySpan<(string, int)>)[("a", 2), ("b", 3)])
            {
                Ip("link", "add", CableOf(node), "type", "veth", "peer", "name", "eth0", "netns", SpaceOf(node));
                Ip("link", "set", CableOf(node), "master", Bridge, "up");
                Run("bridge", "link", "set", "dev", CableOf(node), "isolated", "on");
                Ip("-n", SpaceOf(node), "link", "set", "lo", "up");
                Ip("-n", SpaceOf(node), "link", "set", "eth0", "up");
                Ip("-n", SpaceOf(node), "addr", "add", AddressOf(host) + "/24", "dev", "eth0");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The bridge's address.</summary>
    public string HeadAddress => AddressOf(1);

    private string Bridge => $"sbnnbr{_id}";

    /// <summary>What starts a program as if on a node's machine.</summary>
    public string[] Within(string node) => ["ip", "netns", "exec", SpaceOf(node)];

    /// <summary>Cuts a node off, or heals its cable.</summary>
    public void SetCable(string node, bool isUp) => Ip("link", "set", CableOf(node), isUp ? "up" : "down");

    public void Dispose()
    {
        foreach (var node in (string[])["a", "b"]) Try("netns", "del", SpaceOf(node)); // Its cable goes with it.
        Try("link", "del", Bridge);
    }

    private string SpaceOf(string node) => $"sbnn-{node}-{_id}";

    private string CableOf(string node) => $"v{node}{_id}"; // At most 15 characters.

    private string AddressOf(int host) => string.Create(CultureInfo.InvariantCulture, $"10.77.{_subnet}.{host}");

    private static void Ip(params string[] arguments) => Run("ip", arguments);

    private static void Run(string program, params string[] arguments)
    {
        if (TryRun(program, arguments) is { } reason) Assert.Fail($"{program} {string.Join(' ', arguments)}: {reason}");
    }

    private static string? Try(params string[] arguments) => TryRun("ip", arguments);

    // Why it failed; null when it did not.
    private static string? TryRun(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Trim();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message; // There is no such program.
        }
    }
}
