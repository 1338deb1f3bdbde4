using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Benchmarks.Handover;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Support;

// Measures how long a trial waits when its node leaves or dies, with a real head, two real nodes and real trainers: the
// time from the signal to the node until a trainer of the trial runs on the other node. Also measures the time from
// `submit` to the first trainer, and the bytes of a trial on a node's network. With --trials, that many trials run on
// three nodes, one of which is killed regularly; the program checks that there are exactly as many results, and reports
// the rate. With --away, the head is dead for that many minutes, and no attempt may be lost. Arguments: [--repeats 10]
// [--grace 10] [--trials 0] [--away 0].
var (repeats, grace, trials, away) = (10, 10, 0, 0);
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || !int.TryParse(args[i + 1], out var value) || value < 0) return Usage();
    if (args[i] == "--repeats") repeats = value;
    else if (args[i] == "--grace") grace = value;
    else if (args[i] == "--trials") trials = value;
    else if (args[i] == "--away") away = value;
    else return Usage();
}

var root = Directory.CreateTempSubdirectory("sbnn-handover-").FullName;
if (repeats > 0) await MeasureHandoversAsync();
if (trials > 0) await TrainUnderFireAsync();
if (away > 0) await TrainWithoutHeadAsync();
Directory.Delete(root, recursive: true);
return 0;

async Task MeasureHandoversAsync()
{
    string[] names = ["a", "b"];
    using var network = NodeNetwork.TryCreate(names, out var whyNot);
    if (network is null) Print($"bytes are not counted: {whyNot}");
    using var cluster = new RealCluster(Path.Combine(root, "handover"), network, grace, slots: 1);
    await cluster.StartAsync(names);
    await cluster.RunVerbAsync("submit", cluster.Write("long", Spec("long", epochs: 50_000)));
    Print($"grace {grace} s, so a lease of {ClusterTiming.LeaseFor(TimeSpan.FromSeconds(grace)).TotalSeconds:F0} s; ",
        $"{repeats} times each");
    Report("SIGTERM to a node until its trial runs on the other",
        await RepeatAsync(() => MoveAsync(cluster, static node => node.Terminate())));
    Report("SIGKILL to a node and its trainer until the trial runs on the other",
        await RepeatAsync(() => MoveAsync(cluster, static node => node.KillAll())));

    // The node without a training trial has a free slot.
    var free = cluster.Nodes.Single(static node => !node.IsTraining);
    var (bytes, idle) = (new List<double>(), 0.0);
    if (network is not null)
    {
        var (before, since) = (network.BytesOf(free.Name), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(20));
        idle = (network.BytesOf(free.Name) - before) / since.Elapsed.TotalSeconds;
        Print($"an idle node: {idle:F0} bytes/s");
    }

    Report("`submit` until its first trainer runs", await RepeatAsync(async () =>
    {
        var sweep = string.Create(CultureInfo.InvariantCulture, $"short-{bytes.Count}");
        var spec = cluster.Write(sweep, Spec(sweep, epochs: 5, seeds: [100 + bytes.Count]));
        var known = free.Attempts().Select(static found => found.Trial).ToHashSet();
        var (before, clock) = (network?.BytesOf(free.Name) ?? 0, Stopwatch.StartNew());
        var submit = cluster.RunVerbAsync("submit", spec);
        await RealCluster.UntilAsync(() =>
            free.Attempts().Any(found => !known.Contains(found.Trial) && free.HasBegun(found.Trial, 1)));
        var seconds = clock.Elapsed.TotalSeconds;
        await submit;
        await RealCluster.UntilAsync(async () => await cluster.CountAsync(sweep) is { Finished: 1 });
        bytes.Add((network?.BytesOf(free.Name) ?? 0) - before - (idle * clock.Elapsed.TotalSeconds));
        return seconds;
    }));
    if (network is not null)
        Print($"a trial of 5 epochs: {Median(bytes):F0} bytes beyond those of an idle node ({bytes.Min():F0} to ",
            $"{bytes.Max():F0})");
}

// Returns the seconds from the signal until the trial's next attempt has a trainer on the other node.
async Task<double> MoveAsync(RealCluster cluster, Action<RealNode> end)
{
    RealNode? holder = null;
    var last = (Trial: "", Attempt: 0);
    await RealCluster.UntilAsync(() =>
    {
        holder = cluster.Nodes.SingleOrDefault(static node => node.IsTraining);
        if (holder is null) return false;
        last = holder.Attempts().Single();
        return holder.HasCheckpoint(last.Trial, last.Attempt);
    });
    var other = cluster.Nodes.Single(node => node != holder);
    var clock = Stopwatch.StartNew();
    end(holder!);
    await RealCluster.UntilAsync(() => other.HasBegun(last.Trial, last.Attempt + 1));
    var seconds = clock.Elapsed.TotalSeconds;
    await holder!.RestartAsync();
    await cluster.UntilReadyAsync();
    return seconds;
}

async Task TrainUnderFireAsync()
{
    var random = new Random(1);
    using var cluster = new RealCluster(Path.Combine(root, "fire"), network: null, grace, slots: 2);
    await cluster.StartAsync(["a", "b", "c"]);
    var clock = Stopwatch.StartNew();
    await cluster.RunVerbAsync(
        "submit", cluster.Write("fire", Spec("fire", epochs: 1, seeds: [.. Enumerable.Range(1, trials)])));
    for (var kills = 0; ;)
    {
        var counts = await cluster.CountAsync("fire");
        if (counts.Failed > 0) throw new InvalidOperationException($"{counts.Failed} trials failed");
        if (counts.Finished == trials)
        {
            var rate = trials / clock.Elapsed.TotalSeconds;
            await cluster.RequireSoundHomeAsync();
            Print($"{trials} trials in real trainers on 3 nodes of 2 slots, {kills} kills: exactly {trials} results, ",
                $"{rate:F2} trials/s; doctor finds no problem");
            return;
        }

        if (counts.Finished >= (kills + 1) * trials / 10)
        {
            var victim = cluster.Nodes[random.Next(cluster.Nodes.Count)];
            if (kills++ % 2 == 0) victim.Kill();
            else victim.KillAll();
            await victim.RestartAsync();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200));
    }
}

async Task TrainWithoutHeadAsync()
{
    using var cluster = new RealCluster(Path.Combine(root, "away"), network: null, grace: (away * 60) + 60, slots: 1);
    await cluster.StartAsync(["a", "b"]);
    await cluster.RunVerbAsync("submit", cluster.Write("away", Spec("away", epochs: 50_000, seeds: [1, 2])));
    await RealCluster.UntilAsync(async () => (await cluster.TrialsAsync("away")).All(static trial => trial.Epoch > 0));
    await cluster.KillHeadAsync();
    await Task.Delay(TimeSpan.FromMinutes(away));
    await cluster.StartHeadAsync();
    var before = await cluster.TrialsAsync("away");
    await cluster.UntilReadyAsync();
    IReadOnlyList<TrialProgress> after = before;
    await RealCluster.UntilAsync(async () =>
    {
        after = await cluster.TrialsAsync("away");
        return after.Zip(before).All(static trial => trial.First.Epoch > trial.Second.Epoch + 1);
    });
    if (after.Any(static trial => trial.Attempt != 1))
        throw new InvalidOperationException("an attempt was lost while the head was dead");
    Print($"the head was dead for {away} min: both trials are still in their first attempts, at epochs ",
        $"{after[0].Epoch} and {after[1].Epoch} ({before[0].Epoch} and {before[1].Epoch} when the head died)");
}

async Task<IReadOnlyList<double>> RepeatAsync(Func<Task<double>> measure)
{
    List<double> seconds = [];
    while (seconds.Count < repeats) seconds.Add(await measure());
    return seconds;
}

static string Spec(string name, int epochs, params int[] seeds) => string.Create(CultureInfo.InvariantCulture, $$"""
    name: {{name}}
    trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: {{epochs}}, batch-size: 20, mixup: 0}
    seeds: [{{string.Join(", ", seeds is [] ? [1] : seeds)}}]
    run: {checkpoint-every: 1s}
    """);

static void Report(string what, IReadOnlyList<double> seconds) =>
    Print($"{what}: median {Median(seconds):F2} s ({seconds.Min():F2} to {seconds.Max():F2})");

static double Median(IReadOnlyList<double> of) => of.Order().ElementAt(of.Count / 2);

static void Print(params FormattableString[] parts) =>
    Console.WriteLine(string.Concat(parts.Select(FormattableString.Invariant)));

static int Usage()
{
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project benchmarks/Handover -- [--repeats 10] [--grace 10] [--trials 0] "
            + "[--away 0]");
    return 2;
}
