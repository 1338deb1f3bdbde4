using Sbnn.Sweeps.Benchmarks.Throughput;

namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>
/// A node, in a process of its own, whose trainers end immediately. The process runs until it is killed or until the
/// benchmark's process has ended.
/// </summary>
internal static class RemoteNode
{
    /// <summary>The first argument of the node's process.</summary>
    public const string Word = "node";

    /// <summary>The line that the node prints once it has connected to the head.</summary>
    public const string Ready = "ready";

    public static async Task RunAsync(string folder, string joinFile, string name, int slots)
    {
        await using var node =
            await ConnectedNode.StartAsync(folder, joinFile, name, new NoOpLauncher(slots, static () => { }));
        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync(); // The input ends when the benchmark's process ends.
    }
}
