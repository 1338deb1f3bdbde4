using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>A sweep and some of its trials, as of one moment: what a terminal, a page and the HTTP API show.</summary>
/// <param name="Summary">The sweep as a whole.</param>
/// <param name="Labels">How its trials are told apart.</param>
/// <param name="Total">How many trials were asked for, on this and all other pages.</param>
/// <param name="Trials">Those of this page.</param>
/// <param name="End">Where the page ends; null when no trial follows.</param>
public sealed record SweepView(
    SweepSummary Summary, TrialLabels Labels, int Total, IReadOnlyList<TrialView> Trials, TrialPosition? End);
