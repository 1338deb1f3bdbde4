using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A sweep and a page of its trials, as a terminal, a dashboard page and the HTTP API show them.</summary>
/// <param name="Summary">The sweep as a whole.</param>
/// <param name="Labels">The labels that distinguish the trials.</param>
/// <param name="Total">The number of matching trials on all pages.</param>
/// <param name="Trials">The trials of this page.</param>
/// <param name="End">The position of the page's last trial; null when no trial follows.</param>
public sealed record SweepView(
    SweepSummary Summary, TrialLabels Labels, int Total, IReadOnlyList<TrialView> Trials, TrialPosition? End);
