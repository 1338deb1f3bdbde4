using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Benchmarks.Cluster;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// A head in a process of its own, as <c>sbnn serve</c> starts it, with a sweep of 22,500 trials. Eight of them run on
/// a node that has joined the head, and each reports an epoch every second.
/// </summary>
internal sealed class LoadedHead : IAsyncDisposable
{
    /// <summary>The number of trials of the sweep.</summary>
    public const int Trials = 22_500;

    /// <summary>The number of running trials.</summary>
    public const int Running = 8;

    private const int Waiting = 492;

    private readonly DirectoryInfo _folder;
    private readonly RunningSbnn _head;
    private readonly ConnectedNode _node;

    private LoadedHead(
        DirectoryInfo folder, HomeFolder home, RunningSbnn head, (string Address, string Login) dashboard,
        ConnectedNode node, SweepSubmission sweep)
    {
        (_folder, _head, _node) = (folder, head, node);
        (Login, Ledger) = (new Uri(dashboard.Login), home.Ledger);
        Http = new HttpClient { BaseAddress = new Uri(dashboard.Address) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", home.MakeToken().Text);
        Finished = sweep.Trials[Trials / 2].Key;
        Trains = sweep.Trials[^(Running + Waiting)].Key;
    }

    /// <summary>The path of the head's ledger.</summary>
    public string Ledger { get; }

    /// <summary>A client of the head that sends its token.</summary>
    public HttpClient Http { get; }

    /// <summary>The address with which a browser logs in.</summary>
    public Uri Login { get; }

    /// <summary>The id of the head's process.</summary>
    public int Pid => _head.Pid;

    /// <summary>A trial with a result.</summary>
    public TrialKey Finished { get; }

    /// <summary>A trial that runs.</summary>
    public TrialKey Trains { get; }

    /// <summary>
    /// Makes the ledger and starts the head and its node; returns when all slots of the node are taken.
    /// </summary>
    public static async Task<LoadedHead> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sbnn-pages-");
        var home = new HomeFolder(Path.Combine(folder.FullName, "head"));
        Directory.CreateDirectory(home.Path);
        var began = Stopwatch.GetTimestamp();
        var sweep = MadeUpGrid.Of(Trials - Running - Waiting, Running + Waiting);
        await using (var ledger = await SweepLedger.OpenAsync(home.Ledger, TimeProvider.System))
        {
            await ledger.Writer.RecordRevisionAsync(sweep);
            await MadeUpGrid.FinishAsync(ledger.Writer, sweep.Trials.SkipLast(Running + Waiting), layers: 16);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Trials} trials recorded in {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s: a ledger of "
                + $"{new FileInfo(home.Ledger).Length >> 20} MiB"));
        var head = RunningSbnn.Start(
            folder.FullName, new Dictionary<string, string?>(), RunningSbnn.Program, "serve", "--role", "head",
            "--listen", FormattableString.Invariant($"127.0.0.1:{PortPair.FindFree(IPAddress.Loopback)}"),
            "--home", home.Path, "--data", "data", "--out", "out");
        await UntilAsync(() => Task.FromResult(JoinDocuments.AreIn(head.Stdout) || head.HasExited));
        if (head.HasExited) throw new InvalidOperationException($"the head ended:\n{head.Output}");
        await JoinDocuments.PasteAsync(head.Stdout, folder.FullName);
        var trials = Path.Combine(folder.FullName, "trials");
        var node = await ConnectedNode.StartAsync(
            Path.Combine(folder.FullName, "node"), Path.Combine(folder.FullName, JoinDocuments.JoinFile), "node",
            new ReportingLauncher(Running, trials), new FolderLogs(trials));
        using var reader = LedgerReader.Open(home.Ledger);
        await UntilAsync(async () =>
            (await reader.ReadRunningAsync()).Count(static trial => trial.Epoch > 0) == Running);
        return new LoadedHead(folder, home, head, await head.DashboardAsync(), node, sweep);
    }

    /// <summary>The value of a metric of the head, summed over its attributes; 0 when it is absent.</summary>
    /// <param name="name">The metric's name in Prometheus' format.</param>
    public async Task<double> ReadMetricAsync(string name) =>
        Regex.Matches(
            await Http.GetStringAsync(new Uri("metrics", UriKind.Relative)), $@"^{name}(?:\{{.*\}})? (\S+)",
            RegexOptions.Multiline).Sum(static value =>
                double.Parse(value.Groups[1].Value, CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _head.Dispose();
        await _node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition()) await tick.WaitForNextTickAsync();
    }
}
