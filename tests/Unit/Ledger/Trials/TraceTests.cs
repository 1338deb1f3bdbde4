using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

/// <summary>
/// Tests the stored trace contexts, which must outlive the silo, and the trial counts for <c>/metrics</c>.
/// </summary>
public sealed class TraceTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;

    public async ValueTask InitializeAsync() => _ledger = await _folder.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Revision_KeepsTheTraceContext_OfItsFirstTracedSubmission()
    {
        var submission = Sample.Submission("sweep", Sample.Trial(1));
        await _ledger.Writer.RecordRevisionAsync(submission);
        Assert.Null((await FindAsync(1)).SubmissionTrace);

        await _ledger.Writer.RecordRevisionAsync(submission with { TraceParent = "first" });
        await _ledger.Writer.RecordRevisionAsync(submission with { TraceParent = "second" });
        Assert.Equal(("sweep", "first"), ((await FindAsync(1)).Sweep, (await FindAsync(1)).SubmissionTrace));

        await _ledger.Writer.RecordRevisionAsync(
            submission with { Trials = [Sample.Trial(1), Sample.Trial(2)], TraceParent = "third" });
        Assert.Equal(("third", "third"), ((await FindAsync(1)).SubmissionTrace, (await FindAsync(2)).SubmissionTrace));
    }

    [Fact]
    public async Task Trial_HasTheTraceContext_OfTheSweepForWhichItRuns()
    {
        var low = Sample.Submission("a", Sample.Trial(1)) with { TraceParent = "low" };
        await _ledger.Writer.RecordRevisionAsync(low);
        await _ledger.Writer.RecordRevisionAsync(
            low with { Name = "b", Run = low.Run with { Priority = 5, MaxAttempts = 7 }, TraceParent = "high" });

        var trial = await FindAsync(1);

        Assert.Equal(("b", "high", 7), (trial.Sweep, trial.SubmissionTrace, trial.Run.MaxAttempts));
    }

    [Fact]
    public async Task Attempt_KeepsItsTraceContextAndStart_AfterReopening()
    {
        await _ledger.Writer.RecordRevisionAsync(
            Sample.Submission("sweep", Sample.Trial(1)) with { TraceParent = "submission" });
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0, "attempt");
        await _ledger.DisposeAsync();
        _ledger = await _folder.OpenAsync();

        Assert.Equal(("attempt", _folder.Clock.Now),
            ((await FindAsync(1)).AttemptTrace, (await FindAsync(1)).AttemptStartedAt));
    }

    [Fact]
    public async Task CountTrials_CountsEveryState()
    {
        await _ledger.Writer.RecordRevisionAsync(
            Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2), Sample.Trial(3)));
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);

        var counts = _ledger.Reader.CountTrials();

        Assert.Equal(
            [(TrialState.Waiting, 2), (TrialState.Running, 1), (TrialState.Finished, 0), (TrialState.Failed, 0),
                (TrialState.Withdrawn, 0)],
            counts.Select(static count => (count.Key, count.Value)));
    }

    private async Task<TrialRow> FindAsync(int seed) => (await _ledger.Reader.FindTrialAsync(Sample.Trial(seed).Key))!;
}
