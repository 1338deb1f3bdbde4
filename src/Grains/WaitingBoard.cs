using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Why trials wait for a slot, for display. The scheduler refreshes the reasons.</summary>
public sealed class WaitingBoard
{
    private volatile IReadOnlyDictionary<WaitingTrials, WaitReason> _reasons =
        new Dictionary<WaitingTrials, WaitReason>();

    /// <summary>What a waiting trial waits for; null when the scheduler has no reason for the trial yet.</summary>
    public WaitReason? Find(TrialProgress trial) => trial.NeededBy is { } sweep
        ? _reasons.GetValueOrDefault(new WaitingTrials(
            sweep, TrialShape.Of(trial.Spec).Text, trial.Spec.DataDigest ?? "", trial.RunsAlone,
            trial.RunsAlone ? null : trial.ResumesOn))
        : null;

    internal void Set(IReadOnlyDictionary<WaitingTrials, WaitReason> reasons) => _reasons = reasons;
}
