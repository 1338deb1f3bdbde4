using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A head without slots and nodes with one each; all with a home and a data root of their own, in network namespaces where there are any. The
/// workplace's home is the head's.
/// </summary>
internal sealed class ClusterPlace : Workplace
{
    /// <summary>The head's name.</summary>
    public const string HeadName = "head";

    /// <summary>Seconds that trainers go on without their node.</summary>
    public const int Grace = 5;

    private const string JoinFile = "sbnn-join", HeadFile = "sbnn-head";
    private readonly Namespaces? _network;

    public ClusterPlace(string folder, Namespaces? network)
        : base(folder, Path.Combine(folder, "data-head"))
    {
        _network = network;
        var port = network is null ? FindTwoPorts() : 7700;
        var listen = string.Create(CultureInfo.InvariantCulture, $"{(network is null ? IPAddress.Loopback : Namespaces.HeadAddress)}:{port}");
        Head = new Machine(HeadName, Home, () => StartOn(HeadName, "serve", "--role", "head", "--listen", listen, "--home", Home, "--data", DataRoot, "--grace", GraceWord));
        Nodes = [.. NodeNames.Select(name => new Machine(name, Path.Combine(Folder, name), () => StartOn(
            name, "serve", "--role", "node", "--join-file", JoinFile, "--name", name, "--home", Path.Combine(Folder, name),
            "--data", Path.Combine(Folder, $"data-{name}"), "--slots", "1", "--threads", "1", "--grace", GraceWord)))];
    }

    /// <summary>The nodes' names.</summary>
    public static IReadOnlyList<string> NodeNames => ["node-a", "node-b"];

    public Machine Head { get; }

    public IReadOnlyList<Machine> Nodes { get; }

    public override IReadOnlyList<string> TrialsRoots => [.. Nodes.Select(static node => node.Trials)];

    private static string GraceWord { get; } = Grace.ToString(CultureInfo.InvariantCulture);

    /// <summary>True when the head has said how to join it.</summary>
    public bool SaysHowToJoin() => Head.Sbnn.Stdout.Contains("export SBNN_HEAD", StringComparison.Ordinal);

    /// <summary>Pastes what the head said into a shell, but for the lines that start something.</summary>
    public async Task PasteAsync()
    {
        var lines = Head.Sbnn.Stdout.Split('\n');
        var pasted = lines.Where((_, i) => IsWithin(lines, i));
        var shell = StartLine("sh", "-c", string.Join('\n', pasted));
        if (await shell.WaitAsync() != 0) throw new ChaosException($"what the head prints cannot be pasted:\n{shell.Output}\n{Head.Sbnn.Stdout}");
    }

    /// <summary>Starts a verb that asks the head, on the head's machine and without its home.</summary>
    public RunningSbnn Ask(string verb, params string[] more) => StartOn(HeadName, [verb, .. more, "--head", HeadFile]);

    /// <summary>Processes whose command line names this folder, and what is left of them.</summary>
    public IReadOnlyList<string> FindProcesses() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _))
            .Select(static path => (Path: path, Line: TryRead(Path.Combine(path, "cmdline"))))
            .Where(process => process.Line.Contains(Folder, StringComparison.Ordinal))
            .Select(static process => $"{Path.GetFileName(process.Path)} {process.Line.Replace('\0', ' ')}"),
    ];

    private static bool IsWithin(string[] lines, int i)
    {
        var begin = Array.FindLastIndex(lines, i, static line => line.StartsWith("(umask", StringComparison.Ordinal));
        return begin >= 0 && Array.FindIndex(lines, begin, static line => line == ")") >= i;
    }

    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // Gone, or another user's.
        }
    }

    // The gateway takes the port after that of the API.
    private static int FindTwoPorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port == IPEndPoint.MaxPort) continue;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // The next one is taken: another pair.
            }
        }
    }

    private RunningSbnn StartOn(string machine, params string[] words) => StartLine([.. _network?.Enter(machine) ?? [], RunningSbnn.Program, .. words]);
}
