using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>What the head's process knows of why trials wait for a slot, for people. The scheduler renews it.</summary>
public sealed class WaitingBoard
{
    private volatile IReadOnlyDictionary<WaitingTrials, WaitReason> _reasons =
        new Dictionary<WaitingTrials, WaitReason>();

    /// <summary>What a waiting trial waits for; null when the scheduler does not know it, or not yet.</summary>
    public WaitReason? Find(TrialProgress trial) => trial.NeededBy is { } sweep
        ? _reasons.GetValueOrDefault(new WaitingTrials(
            sweep, TrialShape.Of(trial.Spec).Text, trial.Spec.DataDigest ?? "", trial.RunsAlone,
            trial.RunsAlone ? null : trial.ResumesOn))
        : null;

    internal void Set(IReadOnlyDictionary<WaitingTrials, WaitReason> reasons) => _reasons = reasons;
}
