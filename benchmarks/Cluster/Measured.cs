namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>The measurements of a sweep on remote nodes.</summary>
/// <param name="Rate">Trials per second.</param>
/// <param name="WarmRate">Trials per second in the second half, after the processes have compiled their code.</param>
/// <param name="Head">Processor time of the head per trial.</param>
/// <param name="Nodes">Processor time of all nodes together per trial.</param>
/// <param name="Attempts">The number of attempts of all trials.</param>
/// <param name="Kills">The number of times that a node was killed.</param>
internal sealed record Measured(
    double Rate, double WarmRate, TimeSpan Head, TimeSpan Nodes, int Attempts, int Kills);

/// <summary>The measurements of the same sweep in one process.</summary>
/// <param name="Rate">Trials per second.</param>
/// <param name="WarmRate">Trials per second in the second half.</param>
internal sealed record OneProcess(double Rate, double WarmRate);
