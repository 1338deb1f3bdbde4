using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Unit.Ledger.Sweeps;

public sealed class RevisionTests : IAsyncLifetime
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
    public async Task RecordRevision_UpdatesOnlyTheText_WhenTheSubmissionIsTheSame()
    {
        var submission = Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2));
        var bothWait = new TrialCounts
        {
            Trials = 2,
            Waiting = 2,
            Running = 0,
            Finished = 0,
            Failed = 0,
            Withdrawn = 0
        };

        Assert.Equal(new RecordedRevision(1, NewTrials: 2, bothWait, 0, 0, DesiredStateBefore: null),
            await RecordAsync(submission));
        Assert.Equal(
            new RecordedRevision(1, NewTrials: 0, bothWait, 0, 0, DesiredState.Active),
            await RecordAsync(submission with { SpecText = "# why\nname: sweep\n" }));

        Assert.Equal("1|# why\nname: sweep\n|2", _folder.Query(
            "SELECT concat_ws('|', revision, spec_text, (SELECT count(*) FROM revision_trials)) FROM revisions"));
    }

    [Fact]
    public async Task RecordRevision_AddsARevision_WhenTrialsOrderTableOrLimitsChange()
    {
        var submission = Sample.Submission("sweep", Sample.Trial(1), Sample.Trial(2));
        await RecordAsync(submission);

        Assert.Equal(2,
            (await RecordAsync(submission = submission with { Trials = [Sample.Trial(2), Sample.Trial(1)] })).Revision);
        Assert.Equal(3,
            (await RecordAsync(submission =
                submission with { Table = submission.Table with { Title = "other" } })).Revision);
        Assert.Equal(4,
            (await RecordAsync(submission = submission with { Run = submission.Run with { Priority = 1 } })).Revision);
        Assert.Equal(4, (await RecordAsync(submission)).Revision);
        Assert.Equal(5, (await RecordAsync(submission with { Trials = [Sample.Trial(2)] })).Revision);
        Assert.Equal(5, (await _ledger.Reader.FindProgressAsync("sweep"))!.Revision);
    }

    [Fact]
    public async Task RecordRevision_SharesTrials_WithOtherSweeps()
    {
        await RecordAsync(Sample.Submission("one", Sample.Trial(1), Sample.Trial(2)));
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(1).Key, 1), new("node"), 0);
        await _ledger.Writer.CommitResultAsync(new(Sample.Trial(1).Key, 1), Sample.Result(Sample.Trial(1), 1, 2, 3));
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(2).Key, 1), new("node"), 0);

        Assert.Equal(
            new RecordedRevision(
                1,
                NewTrials: 1,
                new TrialCounts { Trials = 3, Waiting = 1, Running = 1, Finished = 1, Failed = 0, Withdrawn = 0 },
                Withdrawn: 0,
                Stopping: 0,
                DesiredStateBefore: null),
            await RecordAsync(Sample.Submission("two", Sample.Trial(2), Sample.Trial(3), Sample.Trial(1))));

        var two = (await _ledger.Reader.FindProgressAsync("two"))!;
        Assert.Equal([TrialState.Running, TrialState.Waiting, TrialState.Finished],
            two.Trials.Select(static t => t.State));
        Assert.Equal(
            [("one", 2, 1), ("two", 3, 1)], (await _ledger.Reader.ReadSweepsAsync())
                .Select(static s => (s.Name, s.Counts.Trials, s.Counts.Finished)));
    }

    [Fact]
    public async Task RecordRevision_WithdrawsWaitingTrials_ThatNoSweepNeeds()
    {
        await RecordAsync(Sample.Submission("one", Sample.Trial(1), Sample.Trial(2), Sample.Trial(3)));
        await RecordAsync(Sample.Submission("two", Sample.Trial(2)));
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial(3).Key, 1), new("node"), 0);

        var narrowed = await RecordAsync(Sample.Submission("one", Sample.Trial(4)));

        Assert.Equal((1, 1), (narrowed.Withdrawn, narrowed.Stopping));
        Assert.Equal(TrialState.Withdrawn, await StateAsync(1));
        Assert.Equal(TrialState.Waiting, await StateAsync(2));
        // The trial stays in the state running until its node has stopped it.
        Assert.Equal(TrialState.Running, await StateAsync(3));
        Assert.Equal("",
            Assert.Single((await _ledger.Reader.ReadOpenAsync()).Running, static t => !t.IsNeeded).Trial.Sweep);

        var widened = await RecordAsync(Sample.Submission("one", Sample.Trial(1), Sample.Trial(4)));
        Assert.Equal((3, 0, 2), (widened.Revision, widened.NewTrials, widened.Counts.Waiting));
        Assert.Equal(TrialState.Waiting, await StateAsync(1));
    }

    [Fact]
    public async Task ReadOpen_UsesTheSweepOfTheHighestPriority()
    {
        var lowPriority = Sample.Submission("a-low", Sample.Trial(1), Sample.Trial(2));
        await RecordAsync(lowPriority);
        await RecordAsync(
            Sample.Submission("b-high", Sample.Trial(3),
                Sample.Trial(2)) with
            { Run = new RunSpec { Priority = 10, MaxAttempts = 7 } });

        var waiting = ((await _ledger.Reader.ReadOpenAsync()).Waiting)
            .Select(static t => (t.Sweep, t.Order, t.Priority, t.Key)).ToList();
        Assert.Equal(
            [("a-low", 0, 0, Sample.Trial(1).Key), ("b-high", 0, 10, Sample.Trial(3).Key),
                ("b-high", 1, 10, Sample.Trial(2).Key)], waiting);
        Assert.Equal(7, (await _ledger.Reader.FindTrialAsync(Sample.Trial(2).Key))!.Run.MaxAttempts);
        Assert.Equal(3, (await _ledger.Reader.FindTrialAsync(Sample.Trial(1).Key))!.Run.MaxAttempts);

        await RecordAsync(lowPriority with { Run = new RunSpec { Priority = 11 } });
        Assert.All((await _ledger.Reader.ReadOpenAsync()).Waiting,
            static t => Assert.True(t.Sweep == "a-low" || t.Order == 0));
    }

    [Fact]
    public async Task RecordRevision_KeepsTheLatestImageFolder_OfATrial()
    {
        var here = Sample.Keyed(Sample.Spec() with { Dataset = DatasetKind.ImageFolder, Folder = "here" });
        var there = Sample.Keyed(here.Spec with { Folder = "there" });
        Assert.Equal(here.Key, there.Key);

        await RecordAsync(Sample.Submission("sweep", here));
        await RecordAsync(Sample.Submission("sweep", there));

        Assert.Equal("there", (await _ledger.Reader.FindTrialAsync(here.Key))!.Spec.Folder);
    }

    [Fact]
    public async Task IsFinished_IsTrue_OnlyForTheRecordedSubmissionOfAnActiveSweepWithAllResults()
    {
        var submission = Sample.Submission("sweep", Sample.Trial());
        Assert.False(await _ledger.Reader.IsFinishedAsync(submission));
        await RecordAsync(submission);
        Assert.False(await _ledger.Reader.IsFinishedAsync(submission));
        await _ledger.Writer.StartAttemptAsync(new(Sample.Trial().Key, 1), new("node"), 0);
        await _ledger.Writer.CommitResultAsync(new(Sample.Trial().Key, 1), Sample.Result(Sample.Trial(), 1, 2, 3));

        Assert.True(await _ledger.Reader.IsFinishedAsync(submission));
        Assert.False(await _ledger.Reader.IsFinishedAsync(
            submission with { Trials = [Sample.Trial(), Sample.Trial(2)] }));
        Assert.False(await _ledger.Reader.IsFinishedAsync(
            submission with { Table = submission.Table with { Title = "other" } }));

        await _ledger.Writer.SetDesiredStateAsync("sweep", DesiredState.Paused);
        Assert.False(await _ledger.Reader.IsFinishedAsync(submission));
    }

    [Fact]
    public async Task Queries_ReturnNull_WhenThereIsNoSuchSweepOrTrial()
    {
        Assert.Null(await _ledger.Reader.FindProgressAsync("none"));
        Assert.Null(await _ledger.Reader.FindOutcomeAsync("none"));
        Assert.Null(await _ledger.Reader.FindTrialAsync(Sample.Trial().Key));
    }

    [Fact]
    public async Task RecordRevision_RecordsNothing_WhenATrialIsDuplicate()
    {
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            RecordAsync(Sample.Submission("twice", Sample.Trial(), Sample.Trial())));

        Assert.Empty(await _ledger.Reader.ReadSweepsAsync());
        Assert.Equal("0", _folder.Query("SELECT count(*) FROM trials"));
    }

    private Task<RecordedRevision> RecordAsync(SweepSubmission submission) =>
        _ledger.Writer.RecordRevisionAsync(submission);

    private async Task<TrialState> StateAsync(int seed) =>
        (await _ledger.Reader.FindTrialAsync(Sample.Trial(seed).Key))!.State;
}
