using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Trials;

public sealed class TrialChangesTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial _trial = Sample.Trial();
    private SweepLedger _ledger = null!;

    private LedgerWriter Writer => _ledger.Writer;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await Writer.RecordRevisionAsync(Sample.Submission("sweep", _trial));
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task StartAttempt_TakesEffect_OnlyForTheNextAttemptOfAWaitingTrial()
    {
        Assert.False(await Writer.StartAttemptAsync(new(_trial.Key, 2), new("node"), 0));
        Assert.False(await Writer.StartAttemptAsync(new(Sample.Trial(9).Key, 1), new("node"), 0));
        Assert.True(await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 3));
        // The trial is running, so no attempt may start.
        Assert.False(await Writer.StartAttemptAsync(new(_trial.Key, 2), new("node"), 0));

        var running = Assert.Single((await _ledger.Reader.ReadOpenAsync()).Running);
        Assert.Equal((_trial.Key, "sweep", "node", 3, 1),
            (running.Trial.Key, running.Trial.Sweep, running.Node.Value, running.Slot, running.Trial.Attempt));
        Assert.Empty((await _ledger.Reader.ReadOpenAsync()).Waiting);
    }

    [Fact]
    public async Task Progress_ShowsThePreparation_UntilTheTrainerTrains()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        await Writer.RecordEventsAsync(
            new(_trial.Key, 1), [new TrialPreparing { Sequence = 1, At = default, Doing = "waits for its turn" }]);
        var trial = Assert.Single((await _ledger.Reader.FindProgressAsync("sweep"))!.Trials);
        Assert.Equal("waits for its turn", trial.Doing);

        await Writer.RecordEventsAsync(new(_trial.Key, 1), [Sample.Checked(2, isExact: true), Sample.Started(3)]);
        trial = Assert.Single((await _ledger.Reader.FindProgressAsync("sweep"))!.Trials);
        Assert.Null(trial.Doing);
        var attempt = Assert.Single(Assert.Single((await _ledger.Reader.FindOutcomeAsync("sweep"))!.Trials).Attempts);
        Assert.Equal((true, "exact: True"), (attempt.IsResumeExact, attempt.PreflightDetail));
    }

    [Fact]
    public async Task RecordEvents_ChangesNothing_WhenRepeated()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        TrainerEvent[] events =
            [Sample.Started(1), Sample.Trained(2, 1, correct: 40), Sample.Saved(3, 1),
                Sample.Trained(4, 2, correct: 60)];

        Assert.True(await Writer.RecordEventsAsync(new(_trial.Key, 1), events));
        Assert.True(await Writer.RecordEventsAsync(new(_trial.Key, 1), events));
        Assert.True(await Writer.RecordEventsAsync(new(_trial.Key, 1), [Sample.Trained(4, 2, correct: 99)]));
        Assert.True(await Writer.RecordEventsAsync(new(_trial.Key, 1), []));

        var trial = await FindAsync();
        Assert.Equal((4L, true), (trial.LastSequence, trial.HasProgressed));
        var progress = Assert.Single((await _ledger.Reader.FindProgressAsync("sweep"))!.Trials);
        Assert.Equal((TrialState.Running, 1, "node", 2, 60, 100, TimeSpan.FromSeconds(1.5)), (
            progress.State, progress.Attempt, progress.Node?.Value, progress.Epoch, progress.Correct, progress.Total,
            progress.EpochTime));
        Assert.Equal(2, _folder.ReadEpochs(_trial.Key).Count);
    }

    [Fact]
    public async Task StaleAttempt_ChangesNothing()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("first"), 0);
        Assert.True(await Writer.EndAttemptAsync(new(_trial.Key, 1),
            Sample.Conclusion(AttemptEnding.NodeLost, counts: false)));
        await Writer.StartAttemptAsync(new(_trial.Key, 2), new("second"), 0);
        await Writer.RecordEventsAsync(new(_trial.Key, 2), [Sample.Started(1), Sample.Trained(2, 1, correct: 10)]);

        Assert.False(await Writer.RecordEventsAsync(new(_trial.Key, 1), [Sample.Trained(7, 3, correct: 90)]));
        Assert.False(await Writer.CommitResultAsync(new(_trial.Key, 1), Sample.Result(_trial, 1, 2, 3)));
        Assert.False(await Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion(next: TrialState.Failed)));
        // Events of an attempt that has not started are not recorded either.
        Assert.False(await Writer.RecordEventsAsync(new(_trial.Key, 3), [Sample.Started(1)]));

        var progress = Assert.Single((await _ledger.Reader.FindProgressAsync("sweep"))!.Trials);
        Assert.Equal((TrialState.Running, 2, "second", 1, 10),
            (progress.State, progress.Attempt, progress.Node?.Value, progress.Epoch, progress.Correct));
    }

    [Fact]
    public async Task RecordEvents_KeepsOnlyTheEpochsOfTheCheckpoint_WhenAnAttemptStarts()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        await Writer.RecordEventsAsync(
            new(_trial.Key, 1), [Sample.Started(1), Sample.Trained(2, 1), Sample.Saved(3, 1), Sample.Trained(4, 2)]);
        await Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion(AttemptEnding.Killed));
        Assert.Equal(1, Assert.Single((await _ledger.Reader.ReadOpenAsync()).Waiting).Attempt);

        await Writer.StartAttemptAsync(new(_trial.Key, 2), new("node"), 0);
        // The epochs of the last attempt are kept until the new attempt reports at which epoch it resumes.
        Assert.Equal(2, _folder.ReadEpochs(_trial.Key).Count);
        await Writer.RecordEventsAsync(new(_trial.Key, 2), [Sample.Started(1, resumedAt: 1)]);
        Assert.Equal(1, Assert.Single(_folder.ReadEpochs(_trial.Key)).Epoch);
        await Writer.EndAttemptAsync(new(_trial.Key, 2), Sample.Conclusion(AttemptEnding.Killed));

        await Writer.StartAttemptAsync(new(_trial.Key, 3), new("elsewhere"), 0);
        await Writer.RecordEventsAsync(new(_trial.Key, 3), [Sample.Started(1)]);
        Assert.Empty(_folder.ReadEpochs(_trial.Key));
        Assert.Equal("0", _folder.Query("SELECT count(*) FROM layers"));
    }

    [Fact]
    public async Task LayersView_ShowsLayersAsRows()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        await Writer.RecordEventsAsync(new(_trial.Key, 1), [Sample.Started(1), Sample.Trained(2, 1)]);

        Assert.Equal("1,1:90,20,1,900,0.333,4; 1,2:2469135780156,1234567890103,0,100,-2.0,-", _folder.Query(
            """
            SELECT group_concat(epoch || ',' || layer || ':' || weights || ',' || ones || ',' || empty_filters || ','
                || dense_bops || ','
                || round(tau, 3) || ',' || coalesce(h3, '-'), '; ') FROM layers
            """));
    }

    [Fact]
    public async Task CommitResult_ReplacesReportedEpochs_AndFinishesTheTrial()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        await Writer.RecordEventsAsync(new(_trial.Key, 1),
            [Sample.Started(1), Sample.Trained(2, 1, correct: 1), Sample.Trained(3, 4, correct: 1)]);
        var result = Sample.Result(_trial, 50, 70, 60);

        Assert.True(await Writer.CommitResultAsync(new(_trial.Key, 1), result));

        var stored = _folder.ReadEpochs(_trial.Key);
        Assert.Equal(ResultDigest.Of(result), ResultDigest.Of(result with { Epochs = stored }));
        Assert.Equal(TrialState.Finished, (await FindAsync()).State);
        var outcome = (await _ledger.Reader.FindOutcomeAsync("sweep"))!;
        var trial = Assert.Single(outcome.Trials);
        Assert.Equal((2, 70), (trial.Reported!.Epoch, trial.Reported.Correct));
        Assert.Equal((3, 60), (trial.Last!.Epoch, trial.Last.Correct));
        Assert.Equal((ConstraintOutcome.Unconstrained, ResultDigest.Of(result)),
            (trial.Constraint!.Value, trial.ResultSha256));
        Assert.Equal("completed", Assert.Single(trial.Attempts).Ending);
        Assert.Equal(1.5,
            double.Parse(_folder.Query("SELECT seconds FROM epochs WHERE epoch = 1")!,
                System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task CommitResult_ReturnsTrueForTheSameResult_AndFalseForAnother()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        var result = Sample.Result(_trial, 50, 70, 60);
        await Writer.CommitResultAsync(new(_trial.Key, 1), result);
        _folder.Clock.Now += TimeSpan.FromHours(1);

        Assert.True(await Writer.CommitResultAsync(new(_trial.Key, 1), result));
        Assert.False(await Writer.CommitResultAsync(new(_trial.Key, 1), Sample.Result(_trial, 50, 70, 61)));
        Assert.False(await Writer.CommitResultAsync(new(_trial.Key, 2), result));

        Assert.Equal(60, Assert.Single((await _ledger.Reader.FindOutcomeAsync("sweep"))!.Trials).Last!.Correct);
        Assert.Equal("1767323045000", _folder.Query("SELECT committed_at FROM results"));
    }

    [Fact]
    public async Task CommitResult_ThrowsWithTheReason_WhenTheResultIsIncomplete()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        var result = Sample.Result(_trial, 50, 70, 60);

        var refused = await Assert.ThrowsAsync<BadInputException>(
            () => Writer.CommitResultAsync(
                new(_trial.Key, 1), result with { Epochs = [result.Epochs[0], result.Epochs[2]] }));
        Assert.Contains($"not a result of trial {_trial.Key.Short}: it has 2 of 3 epochs", refused.Message,
            StringComparison.Ordinal);

        Assert.Equal(TrialState.Running, (await FindAsync()).State);
    }

    [Fact]
    public async Task EndAttempt_RecordsBackoffReasonAndFailures_WhenTheTrialIsRetried()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        var until = _folder.Clock.Now + TimeSpan.FromSeconds(8);

        Assert.True(await Writer.EndAttemptAsync(new(_trial.Key, 1),
            Sample.Conclusion(AttemptEnding.OutOfMemory, notBefore: until)));
        Assert.False(await Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion()));

        var trial = await FindAsync();
        Assert.Equal((TrialState.Waiting, 1, 1, until),
            (trial.State, trial.Attempt, trial.Failures, trial.NotBefore!.Value));
        Assert.Equal(until, Assert.Single((await _ledger.Reader.ReadOpenAsync()).Waiting).NotBefore);
        Assert.Equal("it OutOfMemory", Assert.Single((await _ledger.Reader.FindProgressAsync("sweep"))!.Trials).Reason);
        Assert.Equal("out-of-memory|1|end of stderr|1",
            _folder.Query("SELECT concat_ws('|', ending, exit_code, stderr_tail, counts) FROM attempts"));

        await Writer.StartAttemptAsync(new(_trial.Key, 2), new("node"), 0);
        await Writer.EndAttemptAsync(new(_trial.Key, 2), Sample.Conclusion(AttemptEnding.NodeLost, counts: false));
        Assert.Equal(1, (await FindAsync()).Failures);
    }

    [Fact]
    public async Task EndAttempt_Throws_WhenItEndsAsCompleted()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);

        await Assert.ThrowsAsync<ArgumentException>(() =>
            Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion(AttemptEnding.Completed)));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion(next: TrialState.Finished)));
    }

    [Fact]
    public async Task EndAttempt_StoresEveryEnding()
    {
        foreach (var (ending, i) in Enum.GetValues<AttemptEnding>().Where(static e => e != AttemptEnding.Completed)
            .Select(static (e, i) => (e, i)))
        {
            await Writer.StartAttemptAsync(new(_trial.Key, i + 1), new("node"), 0);
            Assert.True(await Writer.EndAttemptAsync(new(_trial.Key, i + 1), Sample.Conclusion(ending)));
        }

        Assert.Equal(TrialState.Waiting, (await FindAsync()).State);
    }

    [Fact]
    public async Task RetryFailed_QueuesFailedTrials_WithANewCount()
    {
        await Writer.StartAttemptAsync(new(_trial.Key, 1), new("node"), 0);
        await Writer.EndAttemptAsync(
            new(_trial.Key, 1), Sample.Conclusion(next: TrialState.Failed, notBefore: _folder.Clock.Now));
        var again = await Writer.RecordRevisionAsync(Sample.Submission("sweep", _trial));
        Assert.Equal((1, 1, 0), (again.Revision, again.Counts.Failed, again.Counts.Waiting));
        Assert.Empty((await _ledger.Reader.ReadOpenAsync()).Waiting);

        Assert.Null(await Writer.RetryFailedAsync("another"));
        Assert.Equal(1, await Writer.RetryFailedAsync("sweep"));
        Assert.Equal(0, await Writer.RetryFailedAsync("sweep"));

        var trial = await FindAsync();
        Assert.Equal((TrialState.Waiting, 1, 0, null), (trial.State, trial.Attempt, trial.Failures, trial.NotBefore));
        // The retry does not restart the numbers of attempts, because the numbers are the names of the attempts'
        // folders.
        Assert.True(await Writer.StartAttemptAsync(new(_trial.Key, 2), new("node"), 0));
    }

    [Fact]
    public async Task ReadLatestResults_ReturnsAttempts_NewestFirst()
    {
        await Writer.RecordRevisionAsync(Sample.Submission("more", [.. Enumerable.Range(11, 3).Select(Sample.Trial)]));
        foreach (var seed in new[] { 12, 13, 11 })
        {
            var trial = Sample.Trial(seed);
            _folder.Clock.Now += TimeSpan.FromSeconds(1);
            await Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), 0);
            await Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3));
        }

        Assert.Equal([new AttemptId(Sample.Trial(11).Key, 1), new(Sample.Trial(13).Key, 1)],
            await _ledger.Reader.ReadLatestResultsAsync(2));
    }

    private async Task<TrialRow> FindAsync() => (await _ledger.Reader.FindTrialAsync(_trial.Key))!;
}
