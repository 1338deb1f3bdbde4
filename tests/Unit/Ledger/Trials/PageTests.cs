using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

/// <summary>Tests reads of a sweep's trials page by page.</summary>
public sealed class PageTests : IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [.. Enumerable.Range(1, 6).Select(static seed => Sample.Trial(seed))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FindPage_ReturnsOnePage_InTheRequestedOrder()
    {
        await using var ledger = await OpenAsync();

        Assert.Equal([4, 3, 2, 6, 1, 5], await SeedsAsync(ledger, new PageRequest(0, 10)));
        Assert.Equal([2, 6], await SeedsAsync(ledger, new PageRequest(2, 2)));
        Assert.Equal([3, 4], await SeedsAsync(ledger, new PageRequest(2, 2, Order: TrialOrder.Grid)));
        Assert.Equal([5, 1, 4, 2, 3, 6], await SeedsAsync(ledger, new PageRequest(0, 10, Order: TrialOrder.Accuracy)));
        Assert.Empty(await SeedsAsync(ledger, new PageRequest(6, 10)));
    }

    [Fact]
    public async Task FindPage_ReturnsChosenPositions_InTheRequestedOrder()
    {
        await using var ledger = await OpenAsync();
        var chosen = new PageRequest(0, 3, Order: TrialOrder.Grid) { Positions = [5, 0, 3, 2, 4] };

        Assert.Equal([6, 1, 4], await SeedsAsync(ledger, chosen));
        Assert.Equal([3, 5], await SeedsAsync(ledger, chosen with { Skip = 3 }));
        Assert.Equal([4, 3, 6], await SeedsAsync(ledger, chosen with { Order = TrialOrder.Activity }));
        Assert.Equal([5, 1, 4], await SeedsAsync(ledger, chosen with { Order = TrialOrder.Accuracy }));
        Assert.Equal([1, 5], await SeedsAsync(ledger, chosen with { State = TrialState.Finished }));
        Assert.Equal(5, (await ledger.Reader.FindPageAsync("s", chosen))!.Total);
        Assert.Equal(
            2, (await ledger.Reader.FindPageAsync("s", chosen with { Take = 1, State = TrialState.Finished }))!.Total);
    }

    [Fact]
    public async Task FindPage_CountsTrials_OfTheRequestedState()
    {
        await using var ledger = await OpenAsync();

        var page = (await ledger.Reader.FindPageAsync("s", new PageRequest(1, 1, TrialState.Waiting)))!;

        Assert.Equal((1, 2), (page.Sweep.Revision, page.Total));
        Assert.Equal(6, Assert.Single(page.Trials).Spec.Seed);
        Assert.Null(await ledger.Reader.FindPageAsync("none", new PageRequest(0, 1)));
    }

    [Fact]
    public async Task FindPage_ReadsTheSameTrials_AsFindProgress()
    {
        await using var ledger = await OpenAsync();

        var whole = (await ledger.Reader.FindProgressAsync("s"))!;
        var page = (await ledger.Reader.FindPageAsync("s", new PageRequest(0, 6, Order: TrialOrder.Grid)))!;

        Assert.Equal(whole.Trials, page.Trials);
        Assert.Equal(whole.Trials.Select(static t => new KeyedTrial(t.Key, t.Spec)),
            await ledger.Reader.ReadSpecsAsync("s", 1));
    }

    [Theory]
    [InlineData(TrialOrder.Activity, null)]
    [InlineData(TrialOrder.Grid, null)]
    [InlineData(TrialOrder.Accuracy, null)]
    [InlineData(TrialOrder.Activity, TrialState.Waiting)]
    public async Task FindPage_ContinuesAfterItsEnd_InEveryOrder(TrialOrder order, TrialState? state)
    {
        await using var ledger = await OpenAsync();
        var whole = await SeedsAsync(ledger, new PageRequest(0, 10, state, order));

        var read = new List<int>();
        var request = new PageRequest(0, 1, state, order);
        do
        {
            var page = (await ledger.Reader.FindPageAsync("s", request))!;
            read.AddRange(page.Trials.Select(static trial => trial.Spec.Seed));
            request = request with { After = page.End };
        }
        while (request.After is not null);

        Assert.Equal(whole, read);
    }

    [Fact]
    public async Task FindPage_RepeatsNoTrial_WhenTrialsOfTheLastPageChangeTheirPlace()
    {
        await using var ledger = await OpenAsync();
        // The page contains the trials with the seeds 4, 3 and 2.
        var first = (await ledger.Reader.FindPageAsync("s", new PageRequest(0, 3)))!;

        await ledger.Writer.CommitResultAsync(new(_trials[3].Key, 1), Sample.Result(_trials[3], 1, 2, 3));

        var second = (await ledger.Reader.FindPageAsync("s", new PageRequest(0, 9, After: first.End)))!;
        Assert.Equal([6, 1, 4, 5], second.Trials.Select(static trial => trial.Spec.Seed));
    }

    [Fact]
    public async Task FindPage_ReturnsHowFailedTrialsEnded()
    {
        await using var ledger = await OpenAsync();

        var page = (await ledger.Reader.FindPageAsync("s", PageRequest.All))!;

        var failed = Assert.Single(page.Trials, static trial => trial.Failure is not null);
        Assert.Equal((3, "it Crashed", AttemptEnding.Crashed, 1, "end of stderr"), (
            failed.Spec.Seed, failed.Reason, failed.Failure!.Ending, failed.Failure.ExitCode,
            failed.Failure.StderrSummary));
    }

    [Fact]
    public async Task Summary_CountsStates_AndEstimatesTheTimeLeft()
    {
        await using var ledger = await OpenAsync();

        var sweep = Assert.Single(await ledger.Reader.ReadSweepsAsync());

        Assert.Equal(new TrialCounts { Trials = 6, Finished = 2, Failed = 1, Running = 1, Waiting = 2, Withdrawn = 0 },
            sweep.Counts);
        Assert.Equal(sweep, await ledger.Reader.FindSweepAsync("s"));
        // One trial runs at 1.5 s per epoch. It has two epochs left, and each of the two waiting trials has three.
        Assert.Equal((2 + 3 + 3) * TimeSpan.FromSeconds(1.5), sweep.TimeLeft);
    }

    [Fact]
    public async Task Summary_HasNoTimeLeft_WhileNothingRuns()
    {
        await using var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("s", _trials));

        Assert.Null(Assert.Single(await ledger.Reader.ReadSweepsAsync()).TimeLeft);
    }

    [Fact]
    public async Task Watch_DetectsEachCommitOnce()
    {
        await using var ledger = await OpenAsync();
        using var watch = ledger.Reader.Watch();

        Assert.True(await watch.HasChangedAsync());
        Assert.False(await watch.HasChangedAsync());
        await ledger.Reader.ReadSweepsAsync();
        Assert.False(await watch.HasChangedAsync());
        await ledger.Writer.RecordEventsAsync(new(_trials[3].Key, 1), [Sample.Trained(3, 2)]);
        Assert.True(await watch.HasChangedAsync());
        Assert.False(await watch.HasChangedAsync());
    }

    // Opens a ledger with six trials. By seed: 1 and 5 are finished, 4 runs, 3 failed without an epoch, 2 and 6 wait.
    private async Task<SweepLedger> OpenAsync()
    {
        var ledger = await _folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("s", _trials));
        foreach (var i in (int[])[0, 4])
        {
            await ledger.Writer.StartAttemptAsync(new(_trials[i].Key, 1), new("n"), 0);
            await ledger.Writer.CommitResultAsync(new(_trials[i].Key, 1), Sample.Result(_trials[i], 1, 2, 70 + i));
        }

        await ledger.Writer.StartAttemptAsync(new(_trials[3].Key, 1), new("n"), 0);
        await ledger.Writer.RecordEventsAsync(new(_trials[3].Key, 1), [Sample.Started(1), Sample.Trained(2, 1)]);
        await ledger.Writer.StartAttemptAsync(new(_trials[2].Key, 1), new("n"), 0);
        await ledger.Writer.EndAttemptAsync(new(_trials[2].Key, 1), Sample.Conclusion(next: TrialState.Failed));
        return ledger;
    }

    private static async Task<IEnumerable<int>> SeedsAsync(SweepLedger ledger, PageRequest request) =>
        (await ledger.Reader.FindPageAsync("s", request))!.Trials.Select(static t => t.Spec.Seed);
}
