namespace Sbnn.Sweeps.Tests.Unit.Ledger.Sweeps;

public sealed class SummaryQueriesTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadSweeps_CountsTrials_OfAFinishedAndARunningSweep()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("a-finished", Sample.Trial(1)));
        await ledger.Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);
        await ledger.Writer.CommitResultAsync(new(Sample.Trial(1).Key, 1), Sample.Result(Sample.Trial(1), 1, 2, 3));
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("b-running", Sample.Trial(2), Sample.Trial(3)));
        await ledger.Writer.StartAttemptAsync(new(Sample.Trial(2).Key, 1), new("node"), 0);

        Assert.Equal(
            [(1, 0, 0, 1), (2, 1, 1, 0)],
            (await ledger.Reader.ReadSweepsAsync())
                .Select(static sweep =>
                    (sweep.Counts.Trials, sweep.Counts.Waiting, sweep.Counts.Running, sweep.Counts.Finished)));
    }
}
