using System.Runtime.Versioning;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Specs that several tests use.</summary>
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

    /// <summary>Returns the report of an undisturbed run of <see cref="Moved"/>.</summary>
    public static Task<UndisturbedReport> ReportOfMovedAsync() => UndisturbedReport.OfAsync(Moved, MovedName);

    /// <summary>Returns a spec of trials with so many epochs that they do not finish during a test.</summary>
    public static string Endless(string name, int trials = 1) =>
        $$"""
        name: {{name}}
        trial: {dataset: synthetic, train-images: 200, test-images: 50, width: 4, epochs: 9000, batch-size: 20, learning-rate: 0.005, mixup: 0}
        seeds: [{{string.Join(", ", Enumerable.Range(1, trials))}}]
        run: {backoff: 100ms, checkpoint-every: 1s}
        """;
}
