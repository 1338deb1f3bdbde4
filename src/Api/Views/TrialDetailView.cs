using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>One trial with everything that the ledger records of it, for display.</summary>
/// <param name="Detail">The trial.</param>
/// <param name="Reason">Why the trial is in its state; null when the trial is finished or trains.</param>
public sealed record TrialDetailView(TrialDetail Detail, TrialReason? Reason)
{
    /// <summary>The sweep whose labels and desired state are used; null when no sweep has the trial any
    /// longer.</summary>
    public SweepSummary? Sweep { get; init; }

    /// <summary>The labels of the sweep's trials; null without a sweep.</summary>
    public TrialLabels? Labels { get; init; }
}
