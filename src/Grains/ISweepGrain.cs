using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Grains;

/// <summary>A sweep; its key is the spec's name. Lives on the head.</summary>
public interface ISweepGrain : IGrainWithStringKey
{
    /// <summary>
    /// Records the spec's trials and table as a revision of the sweep, in one transaction, and queues what is to be trained. Submitting
    /// the same again changes nothing and queues what still waits.
    /// </summary>
    Task<RecordedRevision> SubmitAsync([Immutable] SweepSubmission submission);
}
