using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The trials of a sweep.</summary>
/// <param name="Trials">
/// Distinct trials, in the order of the grid: the first axis varies slowest, the seeds fastest. Hyperparameters without
/// effect stand at their defaults, so equal keys go with equal settings (<see cref="TrialSpec.Folder"/> apart).
/// </param>
/// <param name="GridSize">Cells × seeds before exclusions and merging.</param>
/// <param name="Excluded">Of these, left out by <c>exclude:</c>.</param>
/// <param name="Merged">Of these, equal to an earlier one, whose trial they share.</param>
public sealed record Expansion(IReadOnlyList<KeyedTrial> Trials, int GridSize, int Excluded, int Merged);

/// <summary>A trial with its key.</summary>
/// <param name="Key">Its identity.</param>
/// <param name="Spec">Its settings.</param>
public sealed record KeyedTrial(TrialKey Key, TrialSpec Spec);
