using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Benchmarks.Throughput;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Ledger;

// Measures how many trials per second the orchestration handles when training takes no time. One silo has the real
// grains and a real ledger on disk, and four nodes of 64 slots. Trainers end immediately with ten events (started, four
// epochs of sixteen layers with their checkpoints, finished) and a result. Arguments: [trials=10000] [folder=a
// temporary one] [--bytes]. The result depends on the folder's disk: on a RAM disk the numbers are too good. With
// --bytes the program also counts the bytes of calls between grains; counting takes time, so the rate then cannot be
// compared with other runs.
const int Nodes = 4, Slots = 64, Epochs = 4;
var weight = args.Contains("--bytes") ? new GrainBytes() : null;
args = [.. args.Where(static arg => arg != "--bytes")];
var trials = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
var folder = args.Length > 1 ? Directory.CreateDirectory(args[1]) : Directory.CreateTempSubdirectory("sbnn-load-");
await using var ledger = await SweepLedger.OpenAsync(Path.Combine(folder.FullName, "ledger.db"), TimeProvider.System);
var ends = new TrialEnds(trials);
var launcher = new NoOpLauncher(Slots, ends.RecordEnd);
using var host = BuildHost();
await host.StartAsync();
var grains = host.Services.GetRequiredService<IGrainFactory>();
var nodes = Enumerable.Range(1, Nodes).Select(node => Join(new NodeName($"node-{node}"))).ToList();

var sweep = MadeUpTrials.Sweep(trials, Epochs);
var processor = Environment.CpuUsage.TotalTime;
var submitted = Stopwatch.GetTimestamp();
await grains.GetGrain<ISweepGrain>(sweep.Name).SubmitAsync(sweep);
var began = Stopwatch.GetTimestamp();
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture,
        $"{trials} trials recorded and queued in {Seconds(submitted, began):F2} s"));
var since = began;
await ends.All;
foreach (var thousand in ends.Timestamps.Chunk(1000))
{
    Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture,
            $"  {thousand.Length / Seconds(since, thousand[^1]),6:F0} trials/s"));
    since = thousand[^1];
}

var used = Environment.CpuUsage.TotalTime - processor;
var progress = await ledger.Reader.FindProgressAsync(sweep.Name);
if (progress!.Trials.Count(static trial => trial is { State: TrialState.Finished, Attempt: 1, Epoch: Epochs })
    != trials)
    throw new InvalidOperationException("some trial did not finish at its first attempt");
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture,
        $"{used.TotalMilliseconds * 1e3 / trials:F0} µs of processor time per trial"));
if (weight is not null)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{(double)weight.Bytes / trials:F0} bytes and {(double)weight.Calls / trials:F1} calls between grains a "
            + $"trial"));
}

foreach (var (agent, link) in nodes)
{
    await agent.DisposeAsync();
    link.Dispose();
}

await host.StopAsync();
if (args.Length <= 1) folder.Delete(recursive: true);
Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"{trials / Seconds(began, ends.Timestamps[^1]):F0} trials/s"));

(NodeAgent Agent, GrainHeadLink Link) Join(NodeName name)
{
    var link = new GrainHeadLink(grains, NodeHello.OfThisProcess(name, name.Value, secret: "", TimeSpan.Zero));
    var agent = new NodeAgent(
        name, launcher, link, TimeSpan.FromSeconds(1), TimeProvider.System,
        host.Services.GetRequiredService<ILogger<NodeAgent>>());
    link.Poked += agent.Poke;
    agent.Start();
    return (agent, link);
}

IHost BuildHost()
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning)
        .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton(ledger.Reader);
    builder.Services.AddSingleton(ledger.Writer);
    builder.Services.AddSingleton<INodeRegistry, EveryNode>();
    builder.UseOrleans(silo =>
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        silo.UseLocalhostClustering(((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
        silo.Configure<EndpointOptions>(static endpoint => endpoint.AdvertisedIPAddress = IPAddress.Loopback);
        silo.AddSweeps();
        if (weight is not null) silo.AddIncomingGrainCallFilter(weight);
    });
    return builder.Build();
}

static double Seconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalSeconds;
