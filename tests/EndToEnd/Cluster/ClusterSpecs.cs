using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Sweeps that several tests use.</summary>
[SupportedOSPlatform("linux")]
internal static class ClusterSpecs
{
    /// <summary>The name of <see cref="Moved"/>.</summary>
    public const string MovedName = "moved";

    /// <summary>One trial of a few seconds, long enough to be interrupted.</summary>
    public const string Moved = """
        name: moved
        trial: {dataset: synthetic, train-images: 200, test-images: 50, width: 4, epochs: 40, batch-size: 20, learning-rate: 0.005, mixup: 0}
        seeds: [1]
        run: {backoff: 100ms, checkpoint-every: 1s}
        """;

    /// <summary>The report of <see cref="Moved"/>.</summary>
    public static Task<QuietReport> MovedQuietlyAsync() => QuietReport.OfAsync(Moved, MovedName);

    /// <summary>Trials that never finish during a test.</summary>
    public static string Endless(string name, int trials = 1) =>
        $$"""
        name: {{name}}
        trial: {dataset: synthetic, train-images: 200, test-images: 50, width: 4, epochs: 9000, batch-size: 20, learning-rate: 0.005, mixup: 0}
        seeds: [{{string.Join(", ", Enumerable.Range(1, trials))}}]
        run: {backoff: 100ms, checkpoint-every: 1s}
        """;
}
