using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Grains;

/// <summary>Holds no state: a revision and its trials are recorded in one transaction, and the ledger is what counts.</summary>
internal sealed class SweepGrain(LedgerWriter ledger) : Grain, ISweepGrain
{
    public async Task<RecordedRevision> SubmitAsync(SweepSubmission submission)
    {
        var revision = await ledger.RecordRevisionAsync(submission);

        // A crash before this line loses nothing: the scheduler reads the ledger when it starts.
        await GrainFactory.GetGrain<ISchedulerGrain>(0).QueueWaitingAsync();
        return revision;
    }
}
