using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Plans;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Unit.Api.Views;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Terminal;

/// <summary>Tests the wording of messages about sweeps and trials.</summary>
public sealed class WordingTests
{
    private static readonly HomeTarget Home = new(HomeFolder.Default, null!, CancellationToken.None);

    [Fact]
    public void Of_CountsTheChanges_OfAPause()
    {
        var after = new SweepSummary
        {
            Name = "s",
            Revision = 1,
            DesiredState = DesiredState.Paused,
            Priority = 0,
            Counts = new TrialCounts
            {
                Trials = 20,
                Waiting = 0,
                Running = 1,
                Finished = 4,
                Failed = 0,
                Withdrawn = 15
            },
        };
        var head = new HeadOutput(1, "http://127.0.0.1:1");
        var paused = new ChangedDesiredState
        {
            Before = DesiredState.Active,
            Now = DesiredState.Paused,
            Withdrawn = 12,
            Stopping = 3,
            Requeued = 0,
            Finished = 4,
        };

        Assert.Equal(
            "s is paused: 15 trials withdrawn, 3 of them running; their trainers save checkpoints and stop; 4 finished "
                + "keep their results, 1 continues for other sweeps",
            ChangeWording.Of(new Changed<ChangedDesiredState>(paused, head, after), Home));
        Assert.Equal(
            "s is already paused: 4 finished keep their results",
            ChangeWording.Of(
                new Changed<ChangedDesiredState>(
                    paused with { Before = DesiredState.Paused, Withdrawn = 0, Stopping = 0 }, head, after), Home));
    }

    [Theory]
    [InlineData(0, 0, "s is paused")]
    [InlineData(6, 0, "s is paused: 6 trials withdrawn")]
    [InlineData(0, 1, "s is paused: 1 running trial withdrawn; its trainer saves a checkpoint and stops")]
    public void Of_NamesRunningTrials_OnlyWhenSomeStop(int waiting, int running, string words)
    {
        var change = new ChangedDesiredState
        {
            Before = DesiredState.Active,
            Now = DesiredState.Paused,
            Withdrawn = waiting,
            Stopping = running,
            Requeued = 0,
            Finished = 0,
        };
        var counts = new TrialCounts
        {
            Trials = waiting + running,
            Waiting = 0,
            Running = 0,
            Finished = 0,
            Failed = 0,
            Withdrawn = waiting + running,
        };
        var after = new SweepSummary
        {
            Name = "s",
            Revision = 1,
            DesiredState = DesiredState.Paused,
            Priority = 0,
            Counts = counts,
        };

        Assert.StartsWith(words, ChangeWording.Of(
            new Changed<ChangedDesiredState>(change, new HeadOutput(1, "http://127.0.0.1:1"), after), Home),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "s: 2 trials; 4 trials excluded; 1 trial merged with equal ones")]
    [InlineData(1600, 500,
        "s: 2 trials with 1,600 images for training and 500 for testing; 4 trials excluded; 1 trial merged with equal "
            + "ones")]
    [InlineData(1600, null,
        "s: 2 trials with 1,600 images for training and all for testing; 4 trials excluded; 1 trial merged with equal "
            + "ones")]
    public void Expanded_NamesTheImagesThatTrialsUse(int? train, int? test, string words)
    {
        var trial = new TrialSpec { TrainImages = train, TestImages = test };

        Assert.Equal(words, SubmissionWording.Expanded("s", [trial, trial with { Seed = 2 }], excluded: 4, merged: 1));
    }

    [Theory]
    [InlineData(8, 8, "revision 1: 8 new trials")]
    [InlineData(0, 8, "revision 1: no new trials, 8 left from before (resumed where they have checkpoints)")]
    public void Recorded_CountsTheTrialsThatAreLeft(int added, int waiting, string words) =>
        Assert.Equal(words, RunWording.Recorded(new SubmittedSweep
        {
            Revision = 1,
            NewTrials = added,
            Waiting = waiting,
            Running = 0,
            Finished = 0,
            Failed = 0,
            Withdrawn = 0,
            Stopping = 0,
        }));

    [Theory]
    [InlineData(0, 0, 0, "nothing to train")]
    [InlineData(0, 2, 0, "time: unknown, because no similar trial has been trained")]
    [InlineData(3, 0, 1, "time: about 1 min 30 s with 2 slots, based on the epoch times of 1 trial")]
    [InlineData(3, 1, 4,
        "time: at least 1 min 30 s with 2 slots, based on the epoch times of 4 trials; the time of 1 more trial is "
            + "unknown, because no similar trial has been trained")]
    public void Time_NamesTheBasisOfTheEstimate(int timed, int untimed, int past, string words) =>
        Assert.Equal(words, PlanWording.Time(new PlannedTime(TimeSpan.FromSeconds(90), 2, timed, untimed, past)));

    [Theory]
    [InlineData(2, 0, "2 failed; to retry: sbnn run s.yaml --retry-failed")]
    [InlineData(0, 1, "1 failed; a retry would fail again: change the spec or its images")]
    [InlineData(1, 1,
        "2 failed; to retry: sbnn run s.yaml --retry-failed; a retry of 1 of them would fail again: change the spec or "
            + "its images")]
    public void Advice_SuggestsARetry_OnlyWhenItMayHelp(int crashed, int badInput, string words)
    {
        TrialView[] trials =
        [
            .. Enumerable.Repeat(Failed(AttemptEnding.Crashed), crashed),
                .. Enumerable.Repeat(Failed(AttemptEnding.BadInput), badInput),
        ];

        var sweep = new SweepView(Summary(trials.Length), new TrialLabels([]), trials.Length, trials, End: null);

        Assert.Equal(words, FailureWording.Advice(sweep, "sbnn run s.yaml --retry-failed"));

        static SweepSummary Summary(int failed) => new()
        {
            Name = "s",
            Revision = 1,
            DesiredState = DesiredState.Active,
            Priority = 0,
            Counts = new TrialCounts
            {
                Trials = failed,
                Waiting = 0,
                Running = 0,
                Finished = 0,
                Failed = failed,
                Withdrawn = 0
            },
        };

        static TrialView Failed(AttemptEnding ending) =>
            new(ViewSamples.Trial(TrialState.Failed) with { Failure = new TrialFailure { Ending = ending } },
                null, null);
    }
}
