using System.Globalization;
using System.Net;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Benchmarks.Handover;

/// <summary>
/// A head and its nodes as real processes. The nodes run in network namespaces if these can be created.
/// </summary>
internal sealed class RealCluster : IDisposable
{
    private readonly string _folder;
    private readonly string _grace, _listen;
    private readonly int _slots;
    private readonly NodeNetwork? _network;
    private readonly List<RunningSbnn> _started = [];
    private readonly List<RealNode> _nodes = [];
    private RunningSbnn? _head;
    private SweepsClient? _client;

    /// <param name="folder">The folder of all homes.</param>
    /// <param name="network">The network of the nodes; null: all processes use the loopback interface.</param>
    /// <param name="grace">How long trainers continue after their node's process has ended, in seconds.</param>
    /// <param name="slots">The number of slots of each node.</param>
    public RealCluster(string folder, NodeNetwork? network, int grace, int slots)
    {
        (_folder, _network, _slots) = (Directory.CreateDirectory(folder).FullName, network, slots);
        _grace = grace.ToString(CultureInfo.InvariantCulture);
        var address = network is null ? IPAddress.Loopback : IPAddress.Parse(network.HeadAddress);
        _listen = string.Create(CultureInfo.InvariantCulture, $"{address}:{PortPair.FindFree(address)}");
    }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<RealNode> Nodes => _nodes;

    /// <summary>Starts the head and the nodes, and returns when all nodes are ready.</summary>
    public async Task StartAsync(IReadOnlyList<string> names)
    {
        await StartHeadAsync();
        await JoinDocuments.PasteAsync(_head!.Stdout, _folder);
        _client = new SweepsClient(HeadAccessFile.Read(Path.Combine(_folder, JoinDocuments.HeadFile)));
        _nodes.AddRange(names.Select(name => new RealNode(name, Path.Combine(_folder, name, "trials"), () => Start(
            _network?.Within(name)
                ?? [], "serve", "--role", "node", "--join-file", JoinDocuments.JoinFile, "--name", name,
            "--home", name, "--data", $"data-{name}", "--grace", _grace, "--threads", "1",
            "--slots", _slots.ToString(CultureInfo.InvariantCulture)))));
        await UntilReadyAsync();
    }

    /// <summary>Starts or restarts the head, and returns when the head answers.</summary>
    public async Task StartHeadAsync()
    {
        var head = _head = Start(
            [], "serve", "--role", "head", "--listen", _listen, "--home", "head", "--data", "data-head",
            "--grace", _grace);
        await UntilAsync(() => JoinDocuments.AreIn(head.Stdout) || head.HasExited);
        if (head.HasExited) throw new InvalidOperationException($"the head ended:\n{head.Output}");
    }

    /// <summary>Kills the head.</summary>
    public Task KillHeadAsync()
    {
        _head!.Signal(Posix.SigKill);
        return _head.WaitAsync();
    }

    /// <summary>Returns when every node is ready.</summary>
    public Task UntilReadyAsync() => UntilAsync(async () =>
        (await _client!.ReadNodesAsync(CancellationToken.None)).Items.Count(static node =>
            node.State == NodeState.Ready) == _nodes.Count);

    /// <summary>Runs an <c>sbnn</c> verb at the head to its end, and throws when the verb fails.</summary>
    public async Task RunVerbAsync(string verb, params string[] more)
    {
        var running = Start([], [verb, .. more, "--head", JoinDocuments.HeadFile]);
        if (await running.WaitAsync() != 0) throw new InvalidOperationException($"sbnn {verb}: {running.Output}");
    }

    /// <summary>Throws when <c>sbnn doctor</c> finds a problem in the head's home.</summary>
    public async Task RequireSoundHomeAsync()
    {
        var doctor = Start([], "doctor", "--home", "head");
        if (await doctor.WaitAsync() != 0) throw new InvalidOperationException(doctor.Output);
    }

    /// <summary>Writes a spec and returns its file name.</summary>
    public string Write(string name, string yaml)
    {
        File.WriteAllText(Path.Combine(_folder, $"{name}.yaml"), yaml);
        return $"{name}.yaml";
    }

    /// <summary>The numbers of a sweep's trials by state.</summary>
    public async Task<TrialCounts> CountAsync(string sweep) => (await Sweeps.FindSweepAsync(sweep))!.Counts;

    /// <summary>A sweep's trials.</summary>
    public async Task<IReadOnlyList<TrialProgress>> TrialsAsync(string sweep) =>
        [.. (await Sweeps.FindAsync(sweep, PageRequest.All))!.Trials.Select(static trial => trial.Progress)];

    /// <summary>Waits for a condition.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Waits for a condition.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition()) await tick.WaitForNextTickAsync();
    }

    public void Dispose()
    {
        _client?.Dispose();
        foreach (var node in _nodes) node.KillAll();
        _started.ForEach(static sbnn => sbnn.Dispose());
    }

    private HeadSweeps Sweeps => new(_client!, TimeProvider.System, CancellationToken.None);

    private RunningSbnn Start(string[] prefix, params string[] words)
    {
        var started = RunningSbnn.Start(
            _folder, new Dictionary<string, string?>(), [.. prefix, RunningSbnn.Program, .. words]);
        _started.Add(started);
        return started;
    }
}
