using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A sweep; its key is the spec's name. The grain runs on the head. The change of each call is durable when the call
/// returns, and takes effect immediately. Repeating a call changes nothing.
/// </summary>
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>
    /// Records the spec's trials and table as a revision of the sweep in one transaction, makes the sweep active and
    /// queues the trials to train. Trials that only the previous revision needed are stopped. Submitting the same
    /// revision again changes nothing and queues the trials that still wait.
    /// </summary>
    Task<RecordedRevision> SubmitAsync([Immutable] SweepSubmission submission);

    /// <summary>
    /// Pauses, resumes or cancels the sweep. Running trials that no active sweep needs write a checkpoint and stop.
    /// Returns null when the sweep does not exist.
    /// </summary>
    Task<DesiredStateChange?> SetDesiredStateAsync(DesiredState desired);

    /// <summary>
    /// Changes the sweep's priority. The next revision replaces it with the priority of its spec. Returns the previous
    /// priority; null when the sweep does not exist.
    /// </summary>
    Task<int?> ChangePriorityAsync(int priority);

    /// <summary>
    /// Requeues the sweep's failed trials with their failure counts reset. Returns their number; null when the sweep
    /// does not exist.
    /// </summary>
    Task<int?> RetryFailedAsync();
}
