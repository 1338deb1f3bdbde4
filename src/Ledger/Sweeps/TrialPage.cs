using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep and some of its trials, as of one moment.</summary>
/// <param name="Sweep">The sweep as a whole.</param>
/// <param name="Total">How many trials there are, on this and all other pages.</param>
/// <param name="Trials">Those of this page.</param>
/// <param name="End">Where the page ends; null when no trial follows.</param>
public sealed record TrialPage(SweepSummary Sweep, int Total, IReadOnlyList<TrialProgress> Trials, TrialPosition? End);
