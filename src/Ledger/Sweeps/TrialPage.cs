using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep and a page of its trials, from one snapshot.</summary>
/// <param name="Sweep">The summary of the sweep.</param>
/// <param name="Total">The number of trials on all pages.</param>
/// <param name="Trials">The trials of this page.</param>
/// <param name="End">The position of the page's last trial; null when no trial follows.</param>
public sealed record TrialPage(SweepSummary Sweep, int Total, IReadOnlyList<TrialProgress> Trials, TrialPosition? End);
