using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A sweep; its key is the spec's name. Lives on the head. Each call is durable when it returns, and takes effect at
/// once; repeating one changes nothing more.
/// </summary>
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>
    /// Records the spec's trials and table as a revision of the sweep, in one transaction, makes the sweep active and
    /// queues what is to be trained. What only the revision before wanted stops. Submitting the same again changes
    /// nothing and queues what still waits.
    /// </summary>
    Task<RecordedRevision> SubmitAsync([Immutable] SweepSubmission submission);

    /// <summary>
    /// Pauses, resumes or cancels the sweep. Trials that no active sweep wants any more stop with a checkpoint. Null
    /// when there is no such sweep.
    /// </summary>
    Task<DesiredStateChange?> SetDesiredStateAsync(DesiredState wish);

    /// <summary>
    /// Changes the sweep's priority until a revision brings another. Gives the one before; null when there is no such
    /// sweep.
    /// </summary>
    Task<int?> ChangePriorityAsync(int priority);

    /// <summary>
    /// Tries the sweep's failed trials again, with a fresh count of failures. Gives how many; null when there is no
    /// such sweep.
    /// </summary>
    Task<int?> RetryFailedAsync();
}
