using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A network of machines that is none: a namespace for each, joined by a bridge in the head's, through which nodes reach the head and not each other.
/// Nothing of it is seen outside the namespaces.
/// </summary>
internal sealed class Namespaces : IDisposable
{
    /// <summary>The head's address.</summary>
    public const string HeadAddress = "10.77.0.1";

    private const string Bridge = "bridge";
    private readonly string _prefix = string.Create(CultureInfo.InvariantCulture, $"sbnn-chaos-{Environment.ProcessId}");
    private readonly List<string> _made = [];

    private readonly string _head;

    private Namespaces(string head) => _head = head;

    /// <summary>Makes them; null where the kernel or the user's rights do not allow it.</summary>
    public static Namespaces? TryMake(string head, IReadOnlyList<string> nodes)
    {
        var made = new Namespaces(head);
        try
        {
            made.Make(nodes);
            return made;
        }
        catch (Exception error) when (error is ChaosException or Win32Exception)
        {
            Console.WriteLine($"no network namespaces here: {error.Message}");
            made.Dispose();
            return null;
        }
    }

    /// <summary>What goes before a command line so that it runs on a machine.</summary>
    public string[] Enter(string machine) => ["nsenter", $"--net=/run/netns/{NameOf(machine)}"];

    /// <summary>Takes a node's link down at the head's side, or up again: both sides see it.</summary>
    public void SetLink(string node, bool isUp) => Ip(_head, "link", "set", node, isUp ? "up" : "down");

    /// <summary>Lets all that goes over a node's link vanish, or pass again: no side sees anything.</summary>
    public void SetSilent(string node, bool isSilent) =>
        Run("bridge", "-netns", NameOf(_head), "link", "set", "dev", node, "state", isSilent ? "0" : "3");

    public void Dispose() => _made.ForEach(machine => Run("ip", "netns", "delete", NameOf(machine)));

    private void Make(IReadOnlyList<string> nodes)
    {
        foreach (var machine in (string[])[_head, .. nodes])
        {
            Run("ip", "netns", "add", NameOf(machine));
            _made.Add(machine);
            Ip(machine, "link", "set", "lo", "up");
        }

        Ip(_head, "link", "add", Bridge, "type", "bridge");
        Ip(_head, "addr", "add", $"{HeadAddress}/24", "dev", Bridge);
        Ip(_head, "link", "set", Bridge, "up");
        foreach (var (i, node) in nodes.Index())
        {
            Ip(_head, "link", "add", node, "type", "veth", "peer", "name", "eth0", "netns", NameOf(node));
            Ip(_head, "link", "set", node, "master", Bridge, "up");
            Run("bridge", "-netns", NameOf(_head), "link", "set", "dev", node, "isolated", "on");
            Ip(node, "addr", "add", string.Create(CultureInfo.InvariantCulture, $"10.77.0.{i + 2}/24"), "dev", "eth0");
            Ip(node, "link", "set", "eth0", "up");
        }
    }

    private string NameOf(string machine) => $"{_prefix}-{machine}";

    private void Ip(string machine, params string[] words) => Run("ip", ["-netns", NameOf(machine), .. words]);

    private static void Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new ChaosException($"{program} {string.Join(' ', words)}: {said.Trim()}");
    }
}
