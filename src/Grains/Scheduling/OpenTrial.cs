using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>A trial that is waiting or running, with its phase in the scheduler.</summary>
/// <param name="Facts">What the ledger records of the trial.</param>
/// <param name="Phase">The trial's phase.</param>
internal sealed record OpenTrial(ScheduledTrial Facts, Phase Phase)
{
    /// <summary>The trial's key.</summary>
    public TrialKey Key => Facts.Key;

    /// <summary>The last committed attempt; 0 before the first.</summary>
    public int Attempt => Facts.Attempt;

    /// <summary>The attempt that runs, or starts next.</summary>
    public AttemptId CurrentOrNext => new(Key, Phase is Running ? Attempt : Attempt + 1);
}
