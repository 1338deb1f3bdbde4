using Sbnn.Sweeps.Tests.Chaos;
using Sbnn.Sweeps.Tests.Support;

// Trains a small sweep once without faults and then repeatedly with faults, and compares the results. With --cluster
// the sweep is submitted to a head with two nodes, and faults hit the head, nodes, trainers and links. Arguments:
// [--cluster] [--kills 100] [--seed 1]. The seed decides which faults are injected, and after how many trainer events.
var isCluster = args.Contains("--cluster");
args = [.. args.Where(static arg => arg != "--cluster")];
var (kills, seed) = (100, 1);
for (var i = 0; i < args.Length; i += 2)
{
    if (i + 1 == args.Length || !int.TryParse(args[i + 1], out var value) || value < 0) return Usage();
    if (args[i] == "--kills") kills = value;
    else if (args[i] == "--seed") seed = value;
    else return Usage();
}

var root = Directory.CreateTempSubdirectory("sbnn-chaos-").FullName;
var tally = new FaultTally();
try
{
    var undisturbed = new Workplace(Path.Combine(root, "undisturbed"));
    Console.WriteLine($"a run without faults in {undisturbed.Folder}");
    await undisturbed.RunToEndAsync();
    var check = await OutcomeCheck.AgainstAsync(undisturbed);

    string? whyNot = null;
    using var network = isCluster ? NodeNetwork.TryCreate(ClusterWorkplace.NodeNames, out whyNot) : null;
    if (whyNot is not null) Console.WriteLine($"links cannot be cut: {whyNot}");
    var single = new FaultInjector(new Random(seed), tally, kills);
    var cluster = new ClusterFaultInjector(new Random(seed), tally, kills, network);
    for (var round = 1; tally.Kills < kills; round++)
    {
        var folder = Path.Combine(root, $"round-{round}");
        using var workplace = isCluster ? new ClusterWorkplace(folder, network) : new Workplace(folder);
        await (workplace is ClusterWorkplace machines ? cluster.RunAsync(machines) : single.RunAsync(workplace));
        await check.CheckAsync(workplace, tally);
        Console.WriteLine($"round {round}: {tally.Kills} kills so far; the results equal those without faults");
    }
}
catch (ChaosException failure)
{
    Console.Error.WriteLine($"{failure.Message}\nafter {tally.Summary} with seed {seed}; all files are in {root}");
    return 1;
}

Directory.Delete(root, recursive: true);
tally.WriteTo(Console.Out);
Console.WriteLine($"{tally.Summary}: every report file equals that of the run without faults; doctor finds no problem");
return 0;

static int Usage()
{
    Console.Error.WriteLine(
        "usage: dotnet run --project tests/Chaos -c Release -- [--cluster] [--kills 100] [--seed 1]");
    return 2;
}
