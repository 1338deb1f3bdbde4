using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep, and those of its trials that may have changed.</summary>
/// <param name="Sweep">The sweep as a whole.</param>
/// <param name="Trials">At least every trial that changed since the mark, as it stands now, in the order of the
/// grid.</param>
/// <param name="Mark">What to ask with the next time.</param>
public sealed record ChangedTrials(SweepSummary Sweep, IReadOnlyList<TrialProgress> Trials, ChangeMark Mark);
