using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Benchmarks.Cluster;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;

// Measures the cost of nodes that are separate processes. The head has a real ledger on disk, the nodes have joined it
// and connect to its gateway over TLS, and the trainers end immediately. First 2,000 trials run on three nodes, and
// after every 500 trials a random node is killed. Then trials run on four nodes, alternating with
// benchmarks/Throughput, which runs the same trials in one process. For both, the rate of the second half is also
// printed, because the processes compile their code in the first half. Arguments: [trials=10000] [rounds=3].
const int Slots = 64, Epochs = 4, Killed = 2000, BetweenKills = 500;
if (args is [RemoteNode.Word, var home, var joinFile, var name, var slots])
{
    await RemoteNode.RunAsync(home, joinFile, name, int.Parse(slots, CultureInfo.InvariantCulture));
    return;
}

var trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
var underFire = await MeasureAsync(Killed, nodes: 3, BetweenKills);
Print($"{Killed} trials on 3 nodes, {underFire.Kills} kills: exactly {Killed} results from ",
    $"{underFire.Attempts} attempts, {underFire.Rate:F0} trials/s");

List<(OneProcess Here, Measured Remote)> pairs = [];
for (var round = 0; round < rounds; round++)
{
    var pair = (Here: await MeasureOneProcessAsync(trials),
        Remote: await MeasureAsync(trials, nodes: 4, betweenKills: null));
    Print($"{trials} trials: {pair.Here.Rate:F0} trials/s in one process, {pair.Remote.Rate:F0} on 4 nodes: ",
        $"{pair.Here.Rate / pair.Remote.Rate:F2} times the duration");
    Print($"  their second half: {pair.Here.WarmRate:F0} and {pair.Remote.WarmRate:F0}: ",
        $"{pair.Here.WarmRate / pair.Remote.WarmRate:F2} times the duration");
    pairs.Add(pair);
}

if (pairs.Count == 0) return;
Print($"medians: {Median(pair => pair.Here.Rate):F0} trials/s in one process, ",
    $"{Median(pair => pair.Remote.Rate):F0} on 4 nodes: ",
    $"{Median(pair => pair.Here.Rate / pair.Remote.Rate):F2} times the duration");
Print($"  second halves: {Median(pair => pair.Here.WarmRate):F0} and {Median(pair => pair.Remote.WarmRate):F0}: ",
    $"{Median(pair => pair.Here.WarmRate / pair.Remote.WarmRate):F2} times the duration");
Print($"processor time per trial in the second half: head {Median(pair => pair.Remote.Head.TotalMicroseconds):F0} µs, ",
    $"nodes {Median(pair => pair.Remote.Nodes.TotalMicroseconds):F0} µs");

async Task<Measured> MeasureAsync(int count, int nodes, int? betweenKills)
{
    var folder = Directory.CreateTempSubdirectory("sbnn-remote-").FullName;
    var head = new HomeFolder(Path.Combine(folder, "head"));
    Directory.CreateDirectory(head.Path);
    await using var ledger = await SweepLedger.OpenAsync(head.Ledger, TimeProvider.System);
    var settings = new HeadSettings(head, folder, "/bin/true", TimeSpan.FromSeconds(5), 0, folder, Verbose: false)
    {
        Listen = new ListenSettings(IPAddress.Loopback, PortPair.FindFree(IPAddress.Loopback), "127.0.0.1"),
    };
    await using var silo = await SiloHost.StartAsync(settings, ledger);
    var joinFile = Path.Combine(folder, "join");
    var token = silo.Nodes.CreateToken(TimeSpan.FromHours(1));
    using (var authority = X509Certificate2.CreateFromPem(token.Authority))
        await File.WriteAllTextAsync(joinFile,
            HeadAccessFile.Format(new HeadAccess(new Uri(token.Head), ApiToken.TryParse(token.Token), authority)));
    if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(joinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    var processes = Enumerable.Range(1, nodes)
        .Select(i => new NodeProcess(Path.Combine(folder, $"node-{i}"), joinFile, $"node-{i}", Slots)).ToList();
    try
    {
        await Task.WhenAll(processes.Select(static node => node.ReadyAsync()));
        var sweep = MadeUpTrials.Sweep(count, Epochs);
        await silo.Grains.GetGrain<ISweepGrain>(sweep.Name).SubmitAsync(sweep);
        var began = Stopwatch.GetTimestamp();
        var (trained, kills) = await FinishAsync(ledger, sweep.Name, count / 2, processes, betweenKills, kills: 0);
        var (half, head0, nodes0) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, Sum(processes));
        (_, kills) = await FinishAsync(ledger, sweep.Name, count, processes, betweenKills, kills);
        var (end, rest) = (Stopwatch.GetTimestamp(), count - trained);
        return new Measured(
            count / Stopwatch.GetElapsedTime(began, end).TotalSeconds,
            rest / Stopwatch.GetElapsedTime(half, end).TotalSeconds,
            (Environment.CpuUsage.TotalTime - head0) / rest, (Sum(processes) - nodes0) / rest,
            await CheckAsync(ledger, sweep.Name, count), kills);
    }
    finally
    {
        processes.ForEach(static node => node.Dispose());
        Directory.Delete(folder, recursive: true);
    }
}

// Waits until the given number of trials has finished. Returns the numbers of finished trials and of killed nodes.
static async Task<(int Finished, int Kills)> FinishAsync(
    SweepLedger ledger, string sweep, int trials, List<NodeProcess> nodes, int? betweenKills, int kills)
{
    using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
    var random = new Random(1);
    while (true)
    {
        var finished = (await ledger.Reader.FindSweepAsync(sweep))!.Counts.Finished;
        if (finished >= trials) return (finished, kills);
        if (betweenKills is { } between && finished >= (kills + 1) * between)
        {
            nodes[random.Next(nodes.Count)].Kill();
            kills++;
        }

        await tick.WaitForNextTickAsync();
    }
}

// Throws when a trial does not have exactly one result. Returns the number of attempts of all trials.
static async Task<int> CheckAsync(SweepLedger ledger, string sweep, int trials)
{
    var outcome = (await ledger.Reader.FindOutcomeAsync(sweep))!.Trials;
    if (outcome.Count(static trial => trial is { State: TrialState.Finished, ResultSha256: not null }) != trials
        || outcome.Count != trials)
        throw new InvalidOperationException("some trial does not have exactly one result");
    if (await ledger.Reader.AuditAsync() is [var finding, ..])
        throw new InvalidOperationException($"{finding.Place}: {finding.What}");
    return outcome.Sum(static trial => trial.Attempts.Count);
}

static async Task<OneProcess> MeasureOneProcessAsync(int trials)
{
    const string Other = "Sbnn.Sweeps.Benchmarks.Throughput";
    var own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
    var start = new ProcessStartInfo(Path.Combine(own, "..", "..", Other, Path.GetFileName(own), Other),
        [trials.ToString(CultureInfo.InvariantCulture)])
    {
        RedirectStandardOutput = true,
    };
    using var process = Process.Start(start)!;
    var lines = (await process.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
    await process.WaitForExitAsync();

    // The output has a line for each thousand trials; the last line is for all of them.
    var thousands = lines[..^1].Where(static line => line.EndsWith(" trials/s", StringComparison.Ordinal))
        .Select(RateOf).ToList();
    var second = thousands[(thousands.Count / 2)..];
    return new OneProcess(RateOf(lines[^1]), second.Count / second.Sum(static rate => 1 / rate));

    static double RateOf(string line) => double.Parse(line.Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}

double Median(Func<(OneProcess Here, Measured Remote), double> of) =>
    pairs.Select(of).Order().ElementAt(pairs.Count / 2);

static TimeSpan Sum(List<NodeProcess> nodes) => new(nodes.Sum(static node => node.Used.Ticks));

static void Print(params FormattableString[] parts) =>
    Console.WriteLine(string.Concat(parts.Select(FormattableString.Invariant)));
