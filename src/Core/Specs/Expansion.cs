using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The trials of a sweep.</summary>
/// <param name="Trials">Distinct trials, in the order of the grid: axes vary right to left, seeds fastest.</param>
/// <param name="GridSize">Cells × seeds before exclusions and merging.</param>
/// <param name="Excluded">Grid points left out by <c>exclude:</c>.</param>
/// <param name="Merged">Grid points that equal an earlier one and share its trial.</param>
public sealed record Expansion(IReadOnlyList<KeyedTrial> Trials, int GridSize, int Excluded, int Merged);

/// <summary>A trial with its key.</summary>
/// <param name="Key">Its identity.</param>
/// <param name="Spec">Its settings.</param>
public sealed record KeyedTrial(TrialKey Key, TrialSpec Spec);
