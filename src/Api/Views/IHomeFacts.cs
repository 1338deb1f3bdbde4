using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>What the reason of a trial's state depends on beside the ledger.</summary>
public interface IHomeFacts
{
    /// <summary>True when an sbnn runs on the home, as its head.</summary>
    bool HasHead();

    /// <summary>
    /// Why no trial can begin, whatever it is; null while a node takes trials, and where that is not known.
    /// </summary>
    string? WhyNoSlots();

    /// <summary>
    /// What a trial that could go waits for, by the scheduler; null where that is not known.
    /// </summary>
    WaitReason? WhyWaits(TrialProgress trial);

    /// <summary>True when the trainer of an attempt lives. Asked only where there is no head.</summary>
    bool IsTraining(AttemptId attempt);

    /// <summary>The folder of an attempt's logs, on the node that ran it.</summary>
    string LogsOf(AttemptId attempt);
}
