namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>What a sweep through remote nodes came to.</summary>
/// <param name="Rate">Trials a second.</param>
/// <param name="Head">Processor time of the head, a trial.</param>
/// <param name="Nodes">Processor time of all nodes together, a trial.</param>
/// <param name="Attempts">Attempts of all trials.</param>
/// <param name="Kills">Nodes that were killed meanwhile.</param>
internal sealed record Measured(double Rate, TimeSpan Head, TimeSpan Nodes, int Attempts, int Kills);
