namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>What a sweep through remote nodes came to.</summary>
/// <param name="Rate">Trials a second.</param>
/// <param name="WarmRate">The same of the second half, when the processes have compiled what they run.</param>
/// <param name="Head">Processor time of the head, a trial.</param>
/// <param name="Nodes">Processor time of all nodes together, a trial.</param>
/// <param name="Attempts">Attempts of all trials.</param>
/// <param name="Kills">Nodes that were killed meanwhile.</param>
internal sealed record Measured(
    double Rate, double WarmRate, TimeSpan Head, TimeSpan Nodes, int Attempts, int Kills);

/// <summary>What it came to where all is in one process.</summary>
/// <param name="Rate">Trials a second.</param>
/// <param name="WarmRate">The same of the second half.</param>
internal sealed record OneProcess(double Rate, double WarmRate);
