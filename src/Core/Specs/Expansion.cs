using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>The trials of a sweep.</summary>
/// <param name="Trials">
/// Distinct trials in the order of the grid: the first axis varies slowest, the seeds fastest. Hyperparameters without
/// effect have their defaults, so equal keys mean equal settings (except <see cref="TrialSpec.Folder"/>).
/// </param>
/// <param name="GridSize">The number of cells times the number of seeds, before exclusions and merging.</param>
/// <param name="Excluded">The number of trials of the grid that <c>exclude:</c> removes.</param>
/// <param name="Merged">The number of trials of the grid that equal an earlier trial and share its result.</param>
public sealed record Expansion(IReadOnlyList<KeyedTrial> Trials, int GridSize, int Excluded, int Merged);

/// <summary>A trial with its key.</summary>
/// <param name="Key">The trial's identity.</param>
/// <param name="Spec">The trial's settings.</param>
public sealed record KeyedTrial(TrialKey Key, TrialSpec Spec);
