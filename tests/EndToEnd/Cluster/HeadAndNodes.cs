using System.Net;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>
/// A head and its nodes as separate processes, each with its own home, in a folder outside the repository. Disposal
/// ends all processes that still run.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class HeadAndNodes : IDisposable
{
    private readonly List<RunningSbnn> _started = [];
    private readonly List<string> _homes = [];
    private readonly int _port;
    private SweepsClient? _client;

    /// <param name="address">The address at which the head listens.</param>
    public HeadAndNodes(string address = "127.0.0.1")
    {
        Address = address;
        _port = PortPair.FindFree(IPAddress.Parse(address));
    }

    public string Address { get; }

    public TempFolder Folder { get; } = new();

    /// <summary>How long trainers continue without their node, in seconds. The lease is derived from it.</summary>
    public int Grace { get; init; } = 5;

    /// <summary>How long a node may be silent before its attempts are lost.</summary>
    public TimeSpan Lease => Grains.ClusterTiming.LeaseFor(TimeSpan.FromSeconds(Grace));

    /// <summary>
    /// True: each process gets an empty data root. False: they share one data root with all tests, so that they need
    /// not check again whether trials resume exactly.
    /// </summary>
    public bool HasOwnData { get; init; }

    public bool IsVerbose { get; init; }

    /// <summary>More options of the head.</summary>
    public string[] HeadOptions { get; init; } = [];

    /// <summary>The port of the head's API.</summary>
    public int Port => _port;

    /// <summary>The options that set the slots and GPUs that each node offers; by default one slot.</summary>
    public string[] Offer { get; init; } = ["--slots", "1"];

    /// <summary>The environment variables of all processes.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    public string Out => Folder.In("out");

    public string HeadHome => Folder.In("head");

    private string HeadFile => Folder.In(JoinDocuments.HeadFile);

    public RunningSbnn Head { get; private set; } = null!;

    public string HomeOf(string node) => Folder.In($"home-{node}");

    public string DataOf(string name) => HasOwnData ? Folder.In($"data-{name}") : Workplace.Cache;

    public string TrialsOf(string node) => Path.Combine(HomeOf(node), "trials");

    /// <summary>Starts or restarts the head, and writes the two files whose content the head prints.</summary>
    public async Task StartHeadAsync()
    {
        Head = Start([],
        [
            "serve", "--role", "head", "--listen", $"{Address}:{_port}", "--home", HeadHome, "--data", DataOf("head"),
            "--out", Out, .. HeadOptions, .. Common(),
        ]);
        await Eventually.UntilAsync(
            () => JoinDocuments.AreIn(Head.Stdout) || Head.HasExited, "the head to listen");
        Assert.False(Head.HasExited, Head.Output);
        await JoinDocuments.PasteAsync(Head.Stdout, Folder.Path);
        _client?.Dispose();
        _client = new SweepsClient(HeadAccessFile.Read(HeadFile));
    }

    /// <summary>Starts a node.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="home">The name of its home; null: the same as the node's name.</param>
    /// <param name="prefix">A command that runs the node's command line, for example in a network namespace.</param>
    public RunningSbnn StartNode(string name, string? home = null, params string[] prefix)
    {
        home ??= name;
        _homes.Add(HomeOf(home));
        return Start(prefix,
        [
            "serve", "--role", "node", "--join-file", Folder.In(JoinDocuments.JoinFile), "--home", HomeOf(home),
            "--data", DataOf(home), "--name", name, .. Offer, .. Common(),
        ]);
    }

    /// <summary>Starts a head and two nodes, a and b.</summary>
    public async Task<(RunningSbnn A, RunningSbnn B)> StartAllAsync()
    {
        await StartHeadAsync();
        var both = (StartNode("a"), StartNode("b"));
        await UntilReadyAsync("a", "b");
        return both;
    }

    public Task UntilReadyAsync(params string[] names) => Eventually.UntilAsync(
        async () => (await NodesAsync()) is { } nodes
            && names.All(name =>
                nodes.Any(node => node.Name == name && node is { State: Grains.NodeState.Ready, Slots: > 0 })),
        $"nodes {string.Join(" and ", names)} to be ready");

    /// <summary>The nodes that the head knows; null when the head does not answer.</summary>
    public Task<IReadOnlyList<Node>?> NodesAsync() =>
        TryCallHeadAsync<IReadOnlyList<Node>>(async client =>
            (await client.ReadNodesAsync(Workplace.Cancellation)).Items);

    /// <summary>A sweep's trials; null when the head does not answer.</summary>
    public async Task<IReadOnlyList<TrialProgress>?> TrialsAsync(string sweep) =>
        (await ViewsAsync(sweep))?.Select(static trial => trial.Progress).ToList();

    /// <summary>A sweep's trials with the reasons of their states; null when the head does not answer.</summary>
    public Task<IReadOnlyList<TrialView>?> ViewsAsync(string sweep) => TryCallHeadAsync(async client =>
    {
        var sweeps = new HeadSweeps(client, TimeProvider.System, Workplace.Cancellation);
        return (await sweeps.FindAsync(sweep, PageRequest.All))!.Trials;
    });

    /// <summary>Waits until all trials of a sweep meet a condition, and returns them.</summary>
    public async Task<IReadOnlyList<TrialProgress>> UntilAsync(
        string sweep, Func<TrialProgress, bool> condition, string what)
    {
        IReadOnlyList<TrialProgress>? trials = null;
        await Eventually.UntilAsync(
            async () =>
            {
                trials = await TrialsAsync(sweep);
                Assert.DoesNotContain(trials ?? [], static trial => trial.State == TrialState.Failed);
                return trials?.All(condition) == true;
            },
            $"{sweep}: {what}");
        return trials!;
    }

    /// <summary>Runs an <c>sbnn</c> verb at the head to its end, from an empty folder.</summary>
    public async Task<(int ExitCode, string Stdout, string Stderr)> TryVerbAsync(params string[] arguments)
    {
        var running = Start([], arguments);
        var exitCode = await running.WaitAsync();
        return (exitCode, running.Stdout, running.Stderr);
    }

    /// <summary>Runs an <c>sbnn</c> verb that must succeed, and returns its output.</summary>
    public async Task<string> RunVerbAsync(params string[] arguments)
    {
        var (exitCode, stdout, stderr) = await TryVerbAsync(arguments);
        Assert.True(exitCode == 0, stdout + stderr);
        return stdout;
    }

    public Task<string> SubmitAsync(string yaml)
    {
        var path = Folder.In("spec.yaml");
        File.WriteAllText(path, yaml);
        return RunVerbAsync("submit", path);
    }

    /// <summary>
    /// Waits until a sweep has ended, and asserts that its report equals that of an undisturbed run byte by byte.
    /// </summary>
    public async Task AssertEndsAsUndisturbedAsync(string sweep, UndisturbedReport undisturbed)
    {
        var watched = await TryVerbAsync("watch", sweep);
        Assert.True(watched.ExitCode == 0, watched.Stdout + watched.Stderr + Head.Output);
        await Eventually.UntilAsync(
            () => Head.Stdout.Contains($"{sweep}: report written to ", StringComparison.Ordinal),
            "the head to write the report");
        undisturbed.AssertSame(Path.Combine(Out, sweep));
    }

    /// <summary>Asserts that <c>sbnn doctor</c> finds no problem in the head's home.</summary>
    public async Task AssertSoundAsync()
    {
        var doctor = await TryVerbAsync("doctor", "--home", HeadHome);
        Assert.True(doctor.ExitCode == 0, doctor.Stdout + doctor.Stderr);
    }

    public IReadOnlyList<ProcessMark> TrainersOf(string node) => Workplace.LiveTrainersBelow(TrialsOf(node));

    /// <summary>The folder of an attempt on a node.</summary>
    public AttemptFolder FolderOf(string node, AttemptId attempt) =>
        AttemptFolder.Of(TrialsOf(node), attempt.Trial, attempt.Attempt);

    /// <summary>
    /// The output of all processes. The head's standard output is omitted, because it contains secrets.
    /// </summary>
    public string TextOutput() =>
        Head.Stderr + string.Concat(_started.Where(sbnn => sbnn != Head).Select(static sbnn => sbnn.Output));

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(TextOutput());
        _client?.Dispose();
        foreach (var sbnn in _started.Where(static sbnn => !sbnn.HasExited)) sbnn.TrySignal(Posix.SigKill);
        _started.ForEach(static sbnn => sbnn.Dispose());
        foreach (var home in _homes)
        {
            var trials = Path.Combine(home, "trials");
            foreach (var trainer in Workplace.LiveTrainersBelow(trials)) Posix.SignalGroup(trainer.Pid, Posix.SigKill);
            SpinWait.SpinUntil(() => Workplace.LiveTrainersBelow(trials).Count == 0, TimeSpan.FromSeconds(10));
        }

        Folder.Dispose();
    }

    private async Task<T?> TryCallHeadAsync<T>(Func<SweepsClient, Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask(_client!);
        }
        catch (HeadUnreachableException)
        {
            return null;
        }
    }

    private string[] Common() => ["--grace", $"{Grace}", .. IsVerbose ? (string[])["--verbose"] : []];

    private RunningSbnn Start(string[] prefix, string[] arguments)
    {
        var elsewhere = Directory.CreateDirectory(Folder.In("elsewhere")).FullName;
        var environment =
            new Dictionary<string, string?>(Environment) { ["SBNN_HEAD"] = arguments[0] == "serve" ? null : HeadFile };
        var started = RunningSbnn.Start(elsewhere, environment, [.. prefix, RunningSbnn.Program, .. arguments]);
        _started.Add(started);
        return started;
    }
}
