using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Api.Views;

/// <summary>Tests the reason that is shown for each state of a trial.</summary>
public sealed class TrialReasonTests
{
    private static readonly FixedClock Clock = new();

    [Theory]
    [InlineData(TrialState.Running, DesiredState.Active, "s", true, true, ReasonKind.Starting, "starting")]
    [InlineData(TrialState.Running, DesiredState.Paused, "t", true, true, ReasonKind.OtherSweep, "runs, for sweep t")]
    [InlineData(TrialState.Running, DesiredState.Paused, null, true, true, ReasonKind.Stopping,
        "stopping, because no active sweep needs the trial")]
    [InlineData(TrialState.Running, DesiredState.Active, "s", false, true, ReasonKind.TrainerOnItsOwn,
        "sbnn has ended, but the trial's trainer still runs; the next run adopts the trainer")]
    [InlineData(TrialState.Running, DesiredState.Active, "s", false, false, ReasonKind.TrainerGone,
        "the trial's trainer has ended; the next run resumes from the last checkpoint")]
    [InlineData(TrialState.Waiting, DesiredState.Active, "s", true, false, ReasonKind.FreeSlot, "for a free slot")]
    [InlineData(TrialState.Waiting, DesiredState.Cancelled, "t", true, false, ReasonKind.FreeSlot,
        "for a free slot, for sweep t")]
    [InlineData(TrialState.Waiting, DesiredState.Active, "s", false, false, ReasonKind.NoHead,
        "sbnn is not running on this home")]
    [InlineData(TrialState.Withdrawn, DesiredState.Paused, null, true, false, ReasonKind.SweepPaused,
        "the sweep is paused")]
    [InlineData(TrialState.Withdrawn, DesiredState.Cancelled, null, true, false, ReasonKind.SweepCancelled,
        "the sweep is cancelled")]
    [InlineData(TrialState.Withdrawn, DesiredState.Active, null, true, false, ReasonKind.NotNeeded,
        "no active sweep needs the trial")]
    public void Of_ReturnsKindAndText_ForEachState(
        TrialState state, DesiredState desired, string? neededBy, bool hasHead, bool isTraining, ReasonKind kind,
        string words)
    {
        var trial = ViewSamples.Trial(state) with { NeededBy = neededBy };

        Assert.Equal(new TrialReason(kind, words), Of(trial, desired, new FakeFacts(hasHead, isTraining)));
    }

    [Fact]
    public void Of_ReportsTheReason_WhenNoNodeAcceptsTrials() => Assert.Equal(
        new TrialReason(ReasonKind.NoNode, "for a node: no node has joined"),
        Of(ViewSamples.Trial(TrialState.Waiting) with { NeededBy = "s" }, DesiredState.Active,
            new FakeFacts(Head: true, NoSlots: "no node has joined")));

    [Fact]
    public void Of_ReturnsNull_WhenTheTrialIsFinishedOrIsBeingTrained()
    {
        Assert.Null(Of(ViewSamples.Trial(TrialState.Finished)));
        Assert.Null(Of(ViewSamples.Trial(TrialState.Running) with { Epoch = 1, NeededBy = "s" }));
    }

    [Fact]
    public void Of_ReturnsTheAttemptsEnd_WhenTheTrialFailed() => Assert.Equal(
        new TrialReason(ReasonKind.AttemptFailed, "exited with code 9"),
        Of(ViewSamples.Trial(TrialState.Failed) with { Attempt = 3, Reason = "exited with code 9" }));

    [Fact]
    public void Of_ReportsTimeAndCause_DuringABackoff()
    {
        var trial = ViewSamples.Trial(TrialState.Waiting) with
        {
            Attempt = 2,
            Reason = "ended by signal 9",
            NotBefore = Clock.GetUtcNow().AddSeconds(4)
        };

        Assert.Equal(new TrialReason(ReasonKind.Backoff, "attempt 2: ended by signal 9; retrying at 12:00:04"),
            Of(trial));
        Assert.Equal(
            new TrialReason(ReasonKind.FreeSlot, "attempt 2: ended by signal 9; waits for a free slot"),
            Of(trial with { NotBefore = Clock.GetUtcNow() }));
    }

    [Fact]
    public void Of_ReportsWaitingForAnIdleNode_WhenTheTrialRanOutOfMemory()
    {
        var trial = ViewSamples.Trial(TrialState.Waiting) with { RunsAlone = true };

        Assert.Equal(new TrialReason(ReasonKind.IdleNode, "for an idle node, because the trial ran out of memory"),
            Of(trial));
    }

    [Theory]
    [InlineData(WaitCause.FreeSlot, ReasonKind.FreeSlot)]
    [InlineData(WaitCause.IdleDevice, ReasonKind.IdleNode)]
    [InlineData(WaitCause.GpuMemory, ReasonKind.GpuMemory)]
    [InlineData(WaitCause.NoDevice, ReasonKind.NoDevice)]
    public void Of_ReturnsTheSchedulersReason_ForAWaitingTrial(WaitCause cause, ReasonKind kind)
    {
        var trial = ViewSamples.Trial(TrialState.Waiting) with { RunsAlone = true };
        var facts = new FakeFacts(Head: true, Waits: new WaitReason(cause, "for 9 GiB of GPU memory"));

        Assert.Equal(new TrialReason(kind, "for 9 GiB of GPU memory"), Of(trial, facts: facts));
    }

    [Theory]
    [InlineData(TrialState.Waiting, null, "waiting for a free slot")]
    [InlineData(TrialState.Waiting, "ended by signal 9",
        "waiting: attempt 1: ended by signal 9; waits for a free slot")]
    [InlineData(TrialState.Running, null, "starting")]
    [InlineData(TrialState.Failed, "diverged", "failed: diverged")]
    [InlineData(TrialState.Finished, null, "finished")]
    public void Describe_ShowsStateAndReason_InOneLine(TrialState state, string? reason, string line)
    {
        var trial = ViewSamples.Trial(state) with { Attempt = reason is null ? 0 : 1, Reason = reason, NeededBy = "s" };

        Assert.Equal(line, ProgressWording.Describe(new TrialView(trial, Of(trial), null)));
    }

    [Fact]
    public void Describe_ShowsTheTrainersStep_BeforeItTrains()
    {
        var trial = ViewSamples.Trial(TrialState.Running) with { Doing = "waits for its turn", NeededBy = "s" };

        Assert.Equal("starting: waits for its turn", ProgressWording.Describe(new TrialView(trial, Of(trial), null)));
    }

    [Fact]
    public void Describe_ShowsWhatATrialWaitsFor_InOnePhrase()
    {
        var trial = ViewSamples.Trial(TrialState.Waiting) with { NeededBy = "s" };
        var facts = new FakeFacts(Head: true, NoSlots: "node vm is draining");

        Assert.Equal("waiting for a node: node vm is draining",
            ProgressWording.Describe(new TrialView(trial, Of(trial, facts: facts), null)));
    }

    [Theory]
    [InlineData(1, "s: 3 running (1 starting)")]
    [InlineData(0, "s: 3 running")]
    public void Summary_CountsStartingTrials_WhenAllRunningOnesAreShown(int starting, string words)
    {
        var running = ViewSamples.Trial(TrialState.Running);
        TrialView[] trials = [.. Enumerable.Range(0, 3)
            .Select(at => new TrialView(running with { Epoch = at < starting ? 0 : 1 }, null, null))];
        var counts = new TrialCounts
        {
            Trials = 3,
            Waiting = 0,
            Running = 3,
            Finished = 0,
            Failed = 0,
            Withdrawn = 0,
        };
        var summary = new SweepSummary
        {
            Name = "s",
            Revision = 1,
            DesiredState = DesiredState.Active,
            Priority = 0,
            Counts = counts,
        };

        Assert.Equal(words, ProgressWording.Summary(new SweepView(summary, new TrialLabels([]), 3, trials, End: null)));
        Assert.Equal("s: 3 running",
            ProgressWording.Summary(new SweepView(summary, new TrialLabels([]), 3, trials[..2], End: null)));
    }

    private static TrialReason? Of(
        TrialProgress trial, DesiredState desired = DesiredState.Active, FakeFacts? facts = null)
    {
        var chosen = facts ?? new FakeFacts(Head: true);
        return TrialReason.Of(trial, desired, chosen.HasHead(), chosen, Clock);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    }
}
