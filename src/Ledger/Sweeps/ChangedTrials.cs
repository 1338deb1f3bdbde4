using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep, and those of its trials that may have changed.</summary>
/// <param name="Sweep">The summary of the sweep.</param>
/// <param name="Trials">Every trial that changed since the mark, and possibly others, as they are now, in the grid's
/// order.</param>
/// <param name="Mark">The mark for the next call.</param>
public sealed record ChangedTrials(SweepSummary Sweep, IReadOnlyList<TrialProgress> Trials, ChangeMark Mark);
