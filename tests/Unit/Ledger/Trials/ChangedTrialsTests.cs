using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

/// <summary>Tests which trials are read after a change of the ledger.</summary>
public sealed class ChangedTrialsTests : IAsyncLifetime, IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [.. Enumerable.Range(1, 5).Select(static seed => Sample.Trial(seed))];
    private SweepLedger _ledger = null!;
    private ChangeMark? _mark;

    private LedgerWriter Writer => _ledger.Writer;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await Writer.RecordRevisionAsync(Sample.Submission("s", _trials));
        await Writer.StartAttemptAsync(Attempt(1), new("n"), 0);
        await Writer.CommitResultAsync(Attempt(1), Sample.Result(_trials[0], 1, 2, 3));
        await Writer.StartAttemptAsync(Attempt(2), new("n"), 0);
        Assert.Equal([1, 2, 3, 4, 5], await ChangedAsync());
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindChanges_ReturnsRunningTrials_WhenNothingElseChanged() =>
        Assert.Equal([2], await ChangedAsync());

    [Fact]
    public async Task FindChanges_ReturnsATrialOnce_AfterItEnded()
    {
        await Writer.CommitResultAsync(Attempt(2), Sample.Result(_trials[1], 1, 2, 3));

        Assert.Equal([2], await ChangedAsync());
        Assert.Empty(await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsATrial_WhenItStartedAndEndedInBetween()
    {
        await Writer.StartAttemptAsync(Attempt(4), new("n"), 1);
        await Writer.CommitResultAsync(Attempt(4), Sample.Result(_trials[3], 1, 2, 3));

        Assert.Equal([2, 4], await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsATrial_WhenItWaitsAfterAnAttempt()
    {
        await Writer.EndAttemptAsync(Attempt(2), Sample.Conclusion());

        Assert.Equal([2], await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsAFailedTrial_WhenItIsRetried()
    {
        await Writer.EndAttemptAsync(Attempt(2), Sample.Conclusion(next: TrialState.Failed));
        await ChangedAsync();
        await Writer.RetryFailedAsync("s");

        Assert.Equal([2], await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsAllTrials_WhenTheSweepIsPaused()
    {
        await Writer.SetDesiredStateAsync("s", DesiredState.Paused);

        Assert.Equal([1, 2, 3, 4, 5], await ChangedAsync());
        Assert.Equal([2], await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsAllTrials_AfterANewRevision()
    {
        await Writer.RecordRevisionAsync(Sample.Submission("s", _trials[1..]));

        Assert.Equal([2, 3, 4, 5], await ChangedAsync());
    }

    [Fact]
    public async Task FindChanges_ReturnsNull_WhenThereIsNoSuchSweep() =>
        Assert.Null(await _ledger.Reader.FindChangesAsync("none", _mark));

    private AttemptId Attempt(int seed) => new(_trials[seed - 1].Key, 1);

    private async Task<IEnumerable<int>> ChangedAsync()
    {
        var changed = (await _ledger.Reader.FindChangesAsync("s", _mark))!;
        _mark = changed.Mark;
        return changed.Trials.Select(static trial => trial.Spec.Seed);
    }
}
