using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>The report of an undisturbed <c>sbnn run</c> of a spec on one machine.</summary>
[SupportedOSPlatform("linux")]
internal sealed class UndisturbedReport
{
    private static readonly string[] Files = ["table.csv", "layers.csv"];
    private static readonly ConcurrentDictionary<string, Lazy<Task<UndisturbedReport>>> Known = new();

    private readonly IReadOnlyDictionary<string, byte[]> _bytes;

    private UndisturbedReport(IReadOnlyDictionary<string, byte[]> bytes) => _bytes = bytes;

    /// <summary>Returns the report of a spec. A spec is trained once, even if several tests need its report.</summary>
    /// <param name="yaml">The spec.</param>
    /// <param name="name">The sweep's name.</param>
    /// <param name="dataRoot">The data root; null: the one that all tests share.</param>
    public static Task<UndisturbedReport> OfAsync(string yaml, string name, string? dataRoot = null) =>
        Known.GetOrAdd(yaml,
            _ => new Lazy<Task<UndisturbedReport>>(() => TrainAsync(yaml, name, dataRoot ?? Workplace.Cache))).Value;

    /// <summary>Asserts that a folder contains the same report, byte by byte.</summary>
    public void AssertSame(string folder)
    {
        foreach (var (file, bytes) in _bytes) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder, file)));
    }

    private static async Task<UndisturbedReport> TrainAsync(string yaml, string name, string dataRoot)
    {
        using var workplace = new Workplace { DataRoot = dataRoot };
        var run = await workplace.RunAsync(workplace.WriteSpec(yaml));
        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        return new UndisturbedReport(Files.ToDictionary(static file => file, file => workplace.TableBytes(name, file)));
    }
}
