using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Facts outside the ledger that explain a trial's state.</summary>
public interface IHomeFacts
{
    /// <summary>True when a head process is running for this home.</summary>
    bool HasHead();

    /// <summary>Why no trial at all can start; null while a node accepts trials, or when unknown.</summary>
    string? WhyNoSlots();

    /// <summary>What a trial without a backoff waits for, according to the scheduler; null when unknown.</summary>
    WaitReason? WhyWaits(TrialProgress trial);

    /// <summary>True when the trainer of an attempt is alive. Called only when there is no head.</summary>
    bool IsTraining(AttemptId attempt);

    /// <summary>The folder of an attempt's logs, on the node that ran it.</summary>
    string LogsOf(AttemptId attempt);

    /// <summary>The file with the kept weights of a finished attempt; it may not exist.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="isLast">True for the weights after the last epoch instead of the best one.</param>
    string WeightsOf(AttemptId attempt, bool isLast);
}
