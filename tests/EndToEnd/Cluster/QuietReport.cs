using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>What <c>sbnn run</c> reports of a spec on one machine, with nothing in its way.</summary>
[SupportedOSPlatform("linux")]
internal sealed class QuietReport
{
    private static readonly string[] Files = ["table.csv", "layers.csv"];
    private static readonly ConcurrentDictionary<string, Lazy<Task<QuietReport>>> Known = new();

    private readonly IReadOnlyDictionary<string, byte[]> _bytes;

    private QuietReport(IReadOnlyDictionary<string, byte[]> bytes) => _bytes = bytes;

    /// <summary>The report of a spec; it is trained once, whatever number of tests ask for it.</summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="name">The sweep's name.</param>
    /// <param name="dataRoot">Where its images are; null: in the cache of all tests.</param>
    public static Task<QuietReport> OfAsync(string yaml, string name, string? dataRoot = null) =>
        Known.GetOrAdd(yaml,
            _ => new Lazy<Task<QuietReport>>(() => TrainAsync(yaml, name, dataRoot ?? Workplace.Cache))).Value;

    /// <summary>Demands that a folder has the same report, byte by byte.</summary>
    public void DemandSame(string folder)
    {
        foreach (var (file, bytes) in _bytes) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder, file)));
    }

    private static async Task<QuietReport> TrainAsync(string yaml, string name, string dataRoot)
    {
        using var workplace = new Workplace { DataRoot = dataRoot };
        var run = await workplace.RunAsync(workplace.WriteSpec(yaml));
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        return new QuietReport(Files.ToDictionary(static file => file, file => workplace.TableBytes(name, file)));
    }
}
