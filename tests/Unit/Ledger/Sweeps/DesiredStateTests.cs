using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Sweeps;

public sealed class DesiredStateTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;

    private LedgerWriter Writer => _ledger.Writer;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await Writer.RecordRevisionAsync(Sample.Submission("one", Sample.Trial(1), Sample.Trial(2), Sample.Trial(3)));
        await Writer.RecordRevisionAsync(Sample.Submission("two", Sample.Trial(3), Sample.Trial(4)));
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(DesiredState.Paused)]
    [InlineData(DesiredState.Cancelled)]
    public async Task SetDesiredState_WithdrawsTrials_AndQueuesThemAgainWhenResumed(
        DesiredState desired)
    {
        Assert.Equal(new DesiredStateChange(DesiredState.Active, desired, Withdrawn: 2, Stopping: 0, Requeued: 0,
            Finished: 0), await Writer.SetDesiredStateAsync("one", desired));
        Assert.Equal("WWwa", await StatesAsync());
        Assert.False(await Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0));
        Assert.Equal(desired, (await _ledger.Reader.FindProgressAsync("one"))!.DesiredState);

        Assert.Equal(new DesiredStateChange(desired, DesiredState.Active, 0, 0, Requeued: 2, 0),
            await Writer.SetDesiredStateAsync("one", DesiredState.Active));
        Assert.Equal("wwwa", await StatesAsync());
    }

    [Fact]
    public async Task SetDesiredState_IsPersistent_AndRepeatable()
    {
        await Writer.SetDesiredStateAsync("one", DesiredState.Paused);
        await _ledger.DisposeAsync();
        _ledger = await _folder.OpenAsync();

        Assert.Equal(new DesiredStateChange(DesiredState.Paused, DesiredState.Paused, 0, 0, 0, 0),
            await Writer.SetDesiredStateAsync("one", DesiredState.Paused));
        Assert.Equal("WWwa", await StatesAsync());
    }

    [Fact]
    public async Task EndAttempt_WithdrawsTheTrial_WhenNoActiveSweepNeedsIt()
    {
        await Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);
        await Writer.StartAttemptAsync(new(Sample.Trial(3).Key, 1), new("node"), 1);

        // Only one trial stops, because the second sweep also needs the other one.
        Assert.Equal(1, (await Writer.SetDesiredStateAsync("one", DesiredState.Cancelled))!.Stopping);
        Assert.Equal(
            [(Sample.Trial(1).Key, false), (Sample.Trial(3).Key, true)],
            (await _ledger.Reader.ReadOpenAsync()).Running.Select(static t => (t.Trial.Key, t.IsNeeded)));
        await Writer.EndAttemptAsync(
            new(Sample.Trial(1).Key, 1), Sample.Conclusion(AttemptEnding.Stopped, counts: false));
        await Writer.EndAttemptAsync(
            new(Sample.Trial(3).Key, 1), Sample.Conclusion(AttemptEnding.Stopped, counts: false));

        Assert.Equal("WWwa", await StatesAsync());
    }

    [Fact]
    public async Task CommitResult_TakesEffect_WhenNoSweepNeedsTheTrial()
    {
        await Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);
        await Writer.SetDesiredStateAsync("one", DesiredState.Cancelled);

        Assert.True(await Writer.CommitResultAsync(new(Sample.Trial(1).Key, 1),
            Sample.Result(Sample.Trial(1), 1, 2, 3)));

        Assert.Equal(1, (await Writer.SetDesiredStateAsync("one", DesiredState.Active))!.Finished);
        Assert.Equal("fwwa", await StatesAsync());
    }

    [Fact]
    public async Task RecordRevision_MakesTheSweepActive_WhenItWasPaused()
    {
        await Writer.SetDesiredStateAsync("one", DesiredState.Paused);

        var again = await Writer.RecordRevisionAsync(
            Sample.Submission("one", Sample.Trial(1), Sample.Trial(2), Sample.Trial(3)));

        Assert.Equal((1, DesiredState.Paused, 3), (again.Revision, again.DesiredStateBefore, again.Counts.Waiting));
        Assert.Equal("wwwa", await StatesAsync());
    }

    [Fact]
    public async Task RetryFailed_QueuesNothing_WhileTheSweepIsPaused()
    {
        await Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);
        await Writer.EndAttemptAsync(new(Sample.Trial(1).Key, 1), Sample.Conclusion(next: TrialState.Failed));
        await Writer.SetDesiredStateAsync("one", DesiredState.Paused);

        Assert.Equal(1, await Writer.RetryFailedAsync("one"));

        Assert.Equal("WWwa", await StatesAsync());
    }

    [Fact]
    public async Task SetPriority_StaysInEffect_UntilARevisionSetsAnother()
    {
        Assert.Equal(0, await Writer.SetPriorityAsync("two", 5));
        var submission = Sample.Submission("two", Sample.Trial(3), Sample.Trial(4));
        await Writer.RecordRevisionAsync(submission);
        Assert.Equal([("two", 5), ("two", 5)], (await _ledger.Reader.ReadOpenAsync()).Waiting.TakeLast(2)
            .Select(static t => (t.Sweep, t.Priority)));

        await Writer.RecordRevisionAsync(submission with { Run = new RunSpec { Priority = -1 } });
        Assert.Equal(-1, await Writer.SetPriorityAsync("two", 0));
    }

    [Fact]
    public async Task Changes_ReturnNull_WhenThereIsNoSuchSweep()
    {
        Assert.Null(await Writer.SetDesiredStateAsync("none", DesiredState.Paused));
        Assert.Null(await Writer.SetPriorityAsync("none", 1));
        Assert.Null(await Writer.RetryFailedAsync("none"));
    }

    // Returns a letter for each trial's state (w: waiting, r: running, f: finished, W: withdrawn), and for trial 4,
    // which belongs only to the second sweep, a (waiting) or A (any other state).
    private async Task<string> StatesAsync()
    {
        var one = (await _ledger.Reader.FindProgressAsync("one"))!.Trials.Select(static t => t.State switch
        {
            TrialState.Waiting => 'w',
            TrialState.Running => 'r',
            TrialState.Finished => 'f',
            TrialState.Withdrawn => 'W',
            _ => '?',
        });
        var four = (await _ledger.Reader.FindTrialAsync(Sample.Trial(4).Key))!.State;
        return string.Concat(one) + (four == TrialState.Waiting ? 'a' : 'A');
    }
}
