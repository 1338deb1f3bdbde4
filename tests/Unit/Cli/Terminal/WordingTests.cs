using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Plans;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Terminal;

/// <summary>What people read about sweeps and trials.</summary>
public sealed class WordingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly HomeFolder Home = HomeFolder.Default;

    [Theory]
    [InlineData(TrialState.Finished, DesiredState.Paused, null, true, false, null)]
    [InlineData(TrialState.Running, DesiredState.Active, "s", true, true, "starting")]
    [InlineData(TrialState.Running, DesiredState.Paused, "t", true, true, "runs, for sweep t")]
    [InlineData(TrialState.Running, DesiredState.Paused, null, true, true, "stopping, for no active sweep wants it")]
    [InlineData(TrialState.Running, DesiredState.Active, "s", false, true, "its trainer outlived its sbnn; the next run goes on with it")]
    [InlineData(TrialState.Running, DesiredState.Active, "s", false, false, "its trainer is gone; the next run goes on from its last checkpoint")]
    [InlineData(TrialState.Waiting, DesiredState.Active, "s", true, false, "waits for a free slot")]
    [InlineData(TrialState.Waiting, DesiredState.Cancelled, "t", true, false, "waits for a free slot, for sweep t")]
    [InlineData(TrialState.Waiting, DesiredState.Active, "s", false, false, "no sbnn runs here")]
    [InlineData(TrialState.Withdrawn, DesiredState.Cancelled, null, true, false, "its sweep is cancelled")]
    [InlineData(TrialState.Withdrawn, DesiredState.Active, null, true, false, "no active sweep wants it")]
    public void Each_state_has_a_reason(TrialState state, DesiredState wish, string? wanting, bool hasHead, bool isTraining, string? why)
    {
        var trial = Trial(state);
        Assert.Equal(why, StateWording.Why(trial, new SweepProgress("s", 1, wish, 0, [trial]), wanting, hasHead, isTraining, Now));
    }

    [Fact]
    public void A_trial_in_backoff_says_when_and_after_what()
    {
        var trial = Trial(TrialState.Waiting) with { Attempt = 2, Reason = "ended by signal 9", NotBefore = Now.AddSeconds(4) };
        var sweep = new SweepProgress("s", 1, DesiredState.Active, 0, [trial]);

        Assert.Equal("tried again in 4 s; attempt 2: ended by signal 9", StateWording.Why(trial, sweep, "s", hasHead: true, isTraining: false, Now));
        Assert.Equal("attempt 2: ended by signal 9; waits for a free slot", StateWording.Why(trial, sweep, "s", hasHead: true, isTraining: false, Now.AddSeconds(5)));
    }

    [Fact]
    public void A_trial_that_ran_out_of_memory_says_that_it_waits_for_a_node_of_its_own()
    {
        var trial = Trial(TrialState.Waiting) with { Attempt = 1, Reason = "out of memory: the kernel killed it", RunsAlone = true };
        var sweep = new SweepProgress("s", 1, DesiredState.Active, 0, [trial]);

        Assert.Equal(
            "attempt 1: out of memory: the kernel killed it; waits for an idle node, for it ran out of memory",
            StateWording.Why(trial, sweep, "s", hasHead: true, isTraining: false, Now));
        Assert.Equal("waiting: out of memory: the kernel killed it; waits for an idle node, for it ran out of memory", ProgressWording.Standing(trial, DesiredState.Active));
    }

    [Fact]
    public void A_pause_is_told_in_counts()
    {
        var trials = Enumerable.Repeat(Trial(TrialState.Withdrawn), 15).Concat(Enumerable.Repeat(Trial(TrialState.Finished), 4)).Append(Trial(TrialState.Running));
        var after = new SweepProgress("s", 1, DesiredState.Paused, 0, [.. trials]);
        var head = new HeadMark("http://127.0.0.1:1", new(1, 1, ""));

        Assert.Equal(
            "s is paused: 3 trials stop with a checkpoint, 12 withdrawn; 4 finished keep their results, 1 goes on for other sweeps",
            ChangeWording.Of(new Changed<DesiredStateChange>(new(DesiredState.Active, DesiredState.Paused, 12, 3, 0, 4), head, after), Home));
        Assert.Equal(
            "s is paused already: 4 finished keep their results",
            ChangeWording.Of(new Changed<DesiredStateChange>(new(DesiredState.Paused, DesiredState.Paused, 0, 0, 0, 4), head, after), Home));
    }

    [Theory]
    [InlineData(0, 0, 0, "nothing to train")]
    [InlineData(0, 2, 0, "time: unknown, for no past trial is like these")]
    [InlineData(3, 0, 1, "time: about 1 min 30 s with 2 slots, by the epochs of 1 past trial")]
    [InlineData(3, 1, 4, "time: at least 1 min 30 s with 2 slots, by the epochs of 4 past trials; no past trial is like 1 of those to train")]
    public void An_estimate_says_how_far_it_can_be_trusted(int timed, int untimed, int past, string words) =>
        Assert.Equal(words, PlanWording.Time(new PlannedTime(90, 2, timed, untimed, past)));

    private static TrialProgress Trial(TrialState state) => new()
    {
        Key = default,
        Spec = new TrialSpec(),
        State = state,
        Attempt = 0,
        Epoch = 0,
        Correct = 0,
        Total = 0,
        Ones = 0,
        Weights = 0,
    };
}
