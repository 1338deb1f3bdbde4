namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>A factor of an analysis of variance.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Levels">The number of its values, at least 2.</param>
public sealed record VarianceFactor(string Name, int Levels);
