using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Plans;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Plans;

public sealed class SweepPlanTests
{
    private static readonly TrialSpec Base = new() { DataDigest = new string('d', 64), Width = 8, Epochs = 10 };

    [Fact]
    public void Plan_ShowsStateAndReason_OfEachTrial()
    {
        var specs = Seeds(1, 2, 3, 4, 5, 6);
        var plan = Plan(
            specs,
            Known(specs[0], TrialState.Finished, epoch: 10, sweeps: ["a", "b"]),
            Known(specs[1], TrialState.Running, epoch: 4), Known(specs[2], TrialState.Waiting, epoch: 3),
            Known(specs[3], TrialState.Failed, reason: "diverged"), Known(specs[4], TrialState.Withdrawn));

        Assert.Equal(
            [
                (PlannedState.Cached, "finished, in sweep a, b", 0), (PlannedState.Running, "runs now, in sweep a", 6),
                    (PlannedState.Waiting, "submitted earlier, in sweep a", 7),
                (PlannedState.Failed, "failed, and runs again only after a retry: diverged", 0),
                (PlannedState.Withdrawn, "needed by no active sweep until a run, in sweep a", 10),
                (PlannedState.Missing, "new: seed 6 (earlier trials: 1, 2, 3, 4, …)", 10),
            ],
            plan.Trials.Select(static trial => (trial.State, trial.Why, trial.EpochsLeft)));
    }

    [Fact]
    public void Plan_NamesNewSettings_ComparedWithTheLatestRevision()
    {
        var known = Base with { Domain = DomainKind.Symmetric, Sparsity = 75, Gamma = 0.1 };
        var other = Base with { Width = 16, Domain = DomainKind.Learned, Sparsity = 95, Gamma = 0.1 };
        TrialSpec[] specs =
        [
            known with { Width = 16 }, known with { Domain = DomainKind.Learned }, known with { Seed = 2, Gamma = 0.2 },
                known with { DataDigest = new string('e', 64) },
        ];

        Assert.Equal(
            [
                "new: width 16 (earlier trials: 8)", "new: domain learned (earlier trials: symmetric)",
                "new: gamma 0.2 (earlier trials: 0.1)", "new: the images' digest eeeeeeee… (earlier trials: dddddddd…)",
            ],
            PlanAgainst([known], specs).Trials.Select(static trial => trial.Why));
        Assert.Equal("new: this combination of width, domain, sparsity",
            PlanAgainst([known, other], specs[0]).Trials[0].Why);
        Assert.Equal("new: the ledger has no trials to compare with", Plan([known]).Trials[0].Why);
    }

    [Fact]
    public void Plan_IsBrief_WhenMuchIsNew()
    {
        var known = Base with { Domain = DomainKind.Symmetric, Sparsity = 75, Gamma = 0.1 };
        var free = known with { Sparsity = null, Gamma = 0 };

        Assert.Equal(
            ["new: sparsity 90, 95; gamma 0.2 (earlier trials: sparsity 75; gamma 0.1)"],
            PlanAgainst([known], known with { Sparsity = 90, Gamma = 0.2 }, known with { Sparsity = 95, Gamma = 0.2 })
                .Trials.Select(static trial => trial.Why).Distinct());
        Assert.Equal("new: sparsity 75 (earlier trials: none)",
            PlanAgainst([free], known).Trials[0].Why);
        Assert.Equal("new: no earlier trial is similar",
            PlanAgainst([known], known with { Sparsity = 90, Gamma = 0.2, Width = 16, Epochs = 20 }).Trials[0].Why);
        Assert.Equal("new: no earlier trial has dataset cifar10",
            PlanAgainst([known], known with { Dataset = DatasetKind.Cifar10, Width = 16 }).Trials[0].Why);
    }

    [Theory]
    [InlineData(DesiredState.Paused, "sweep s is paused; a run makes it active again")]
    [InlineData(DesiredState.Cancelled, "sweep s is cancelled; a run makes it active again")]
    public void Plan_NamesTheDesiredState_OfAnInactiveSweep(DesiredState desired, string why)
    {
        var plan = SweepPlan.Of("s", Expand([Base]), Latest(Base) with { DesiredState = desired },
            [Known(Base, TrialState.Withdrawn)], slots: 1);

        Assert.Equal((PlannedState.Withdrawn, why), (plan.Trials[0].State, plan.Trials[0].Why));
    }

    [Fact]
    public void Plan_NamesTheEarlierRecipe_WhenATrialWasTrainedWithIt()
    {
        var earlier = new KnownTrial
        {
            Key = new TrialKey(new string('0', 64)),
            Spec = Base,
            State = TrialState.Finished,
            Epoch = 10,
            TimedEpochs = 0,
            TrainingTime = TimeSpan.Zero,
            Sweeps = [],
        };

        Assert.Contains("earlier version of the training recipe", Plan([Base], earlier).Trials[0].Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_CountsTrials_ThatTheSpecNoLongerContains()
    {
        var plan = PlanAgainst(Seeds(1, 2, 3), Seeds(3, 4));

        Assert.Equal((2, 1), (plan.Dropped, plan.DroppedRunning));
    }

    [Fact]
    public void Time_IsEstimated_FromSimilarPastTrials()
    {
        var past = Known(Base with { Domain = DomainKind.Symmetric, Sparsity = 95, Seed = 7, Epochs = 3 },
            TrialState.Finished, epoch: 3, seconds: 6);
        var slower = Known(Base with { Seed = 8 }, TrialState.Finished, epoch: 1, seconds: 4);

        var plan = Plan([Base, Base with { Width = 64 }, Base with { Seed = 2 }, Base with { Seed = 3 }], past, slower);

        // An epoch takes (6 + 4) / (3 + 1) seconds. Three trials of ten epochs take two rounds on two slots.
        Assert.Equal(new PlannedTime(TimeSpan.FromSeconds(50), Slots: 2, Timed: 3, Untimed: 1, PastTrials: 2),
            plan.Time);
        Assert.Null(plan.Trials[1].Pace);
    }

    [Fact]
    public void Time_CountsRemainingEpochs_OfARunningTrial()
    {
        var specs = Seeds(1, 2);

        // The second trial runs and has eight epochs left. The first one will use the other slot.
        Assert.Equal(TimeSpan.FromSeconds(10),
            Plan(specs, Known(specs[1], TrialState.Running, epoch: 2, seconds: 2)).Time.Duration);
    }

    [Fact]
    public void Plan_WritesTimesAsSeconds_InJson()
    {
        var past = Known(Base with { Seed = 7 }, TrialState.Finished, epoch: 4, seconds: 10);

        var json = JsonSerializer.SerializeToNode(Plan([Base], past), SbnnJson.Options)!;

        Assert.Equal("2.5", json["trials"]![0]!["pace"]!["secondsPerEpoch"]!.ToJsonString());
        Assert.Equal("""{"seconds":25,"slots":2,"timed":1,"untimed":0,"pastTrials":1}""", json["time"]!.ToJsonString());
    }

    private static TrialSpec[] Seeds(params int[] seeds) => [.. seeds.Select(static seed => Base with { Seed = seed })];

    [Fact]
    public void Time_IsEstimatedFromTheShape_WithoutASimilarTrial()
    {
        var shapes = new ShapePace(
            new Dictionary<TrialShape, double> { [TrialShape.Of(Base)] = 100 },
            static trial => trial.Width == 8 ? 2000 : null);
        var trials = Expand([Base with { Epochs = 10 }, Base with { Width = 16, Epochs = 10 }]);
        var plan = SweepPlan.Of("a", trials, latest: null, [], slots: 1, shapes);

        Assert.Equal(
            new PlannedTime(TimeSpan.FromSeconds(200), Slots: 1, Timed: 1, Untimed: 1, PastTrials: 0), plan.Time);
    }

    private static SweepPlan Plan(TrialSpec[] specs, params KnownTrial[] known) =>
        SweepPlan.Of("a", Expand(specs), latest: null, known, slots: 2);

    private static SweepPlan PlanAgainst(TrialSpec[] latest, params TrialSpec[] specs) =>
        SweepPlan.Of("a", Expand(specs), Latest(latest), [], slots: 2);

    private static SweepProgress Latest(params TrialSpec[] specs) =>
        new("a", 1, DesiredState.Active, 0, [.. specs.Select(static (spec, order) => new TrialProgress
        {
            Key = TrialKey.Of(spec),
            Spec = spec,
            State = order == 0 ? TrialState.Running : TrialState.Finished,
            Order = order,
            Attempt = 1,
            Epoch = 10,
            Correct = 0,
            Total = 0,
            Ones = 0,
            Weights = 0,
        })]);

    private static Expansion Expand(TrialSpec[] specs) =>
        new([.. specs.Select(static spec => new KeyedTrial(TrialKey.Of(spec), spec))], specs.Length, 0, 0);

    private static KnownTrial Known(TrialSpec spec, TrialState state, int epoch = 0, double seconds = 0,
        string? reason = null, string[]? sweeps = null) => new()
        {
            Key = TrialKey.Of(spec),
            Spec = spec,
            State = state,
            Reason = reason,
            Epoch = epoch,
            TimedEpochs = seconds > 0 ? epoch : 0,
            TrainingTime = TimeSpan.FromSeconds(seconds),
            Sweeps = sweeps ?? ["a"],
        };
}
