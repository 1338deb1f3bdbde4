using System.Globalization;
using System.Net;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// A head without slots and nodes with one slot each, all with their own homes and data roots. The nodes run in network
/// namespaces if these are available. <see cref="Workplace.Home"/> is the head's home.
/// </summary>
internal sealed class ClusterWorkplace : Workplace
{
    /// <summary>How long trainers continue without their node, in seconds.</summary>
    public const int Grace = 5;

    public ClusterWorkplace(string folder, NodeNetwork? network)
        : base(folder, Path.Combine(folder, "data-head"))
    {
        var address = network is null ? IPAddress.Loopback : IPAddress.Parse(network.HeadAddress);
        var listen = string.Create(CultureInfo.InvariantCulture, $"{address}:{PortPair.FindFree(address)}");
        Head = new Machine("head", Home, () => StartLine(
            RunningSbnn.Program, "serve", "--role", "head", "--listen", listen, "--home", Home, "--data", DataRoot,
            "--grace", GraceText));
        Nodes = [.. NodeNames.Select(name => new Machine(name, Path.Combine(Folder, name), () => StartLine(
        [
            .. network?.Within(name) ?? [], RunningSbnn.Program, "serve", "--role", "node",
            "--join-file", JoinDocuments.JoinFile, "--name", name, "--home", Path.Combine(Folder, name),
            "--data", Path.Combine(Folder, $"data-{name}"), "--slots", "1", "--threads", "1", "--grace", GraceText,
        ])))];
    }

    /// <summary>The nodes' names.</summary>
    public static IReadOnlyList<string> NodeNames => ["node-a", "node-b"];

    public Machine Head { get; }

    public IReadOnlyList<Machine> Nodes { get; }

    public override IReadOnlyList<string> TrialsRoots => [.. Nodes.Select(static node => node.Trials)];

    private static string GraceText { get; } = Grace.ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts an <c>sbnn</c> verb that calls the head instead of opening the head's home.</summary>
    public RunningSbnn StartAtHead(string verb, params string[] more) =>
        StartLine([RunningSbnn.Program, verb, .. more, "--head", JoinDocuments.HeadFile]);

    /// <summary>Finds the processes whose command line names this folder, with their command lines.</summary>
    public IReadOnlyList<string> FindProcesses() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out _))
            .Select(static path => (Path: path, Line: TryRead(Path.Combine(path, "cmdline"))))
            .Where(process => process.Line.Contains(Folder, StringComparison.Ordinal))
            .Select(static process => $"{Path.GetFileName(process.Path)} {process.Line.Replace('\0', ' ')}"),
    ];

    private static string TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return ""; // The process has ended, or belongs to another user.
        }
    }
}
