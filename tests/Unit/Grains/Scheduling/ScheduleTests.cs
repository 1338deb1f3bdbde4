using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class ScheduleTests
{
    private static readonly NodeName Node = new("node");
    private static readonly ClusterTiming Timing = new();
    private static readonly ClockReading Start = new(TimeSpan.Zero, DateTimeOffset.UnixEpoch);

    private readonly Schedule _schedule = new(Timing.NodeLease, Timing.LongestBackoff, Start);

    [Fact]
    public void NodeReported_StartsWaitingTrials_OnFreeSlots()
    {
        Load(Start, Waiting("x"), Waiting("y"), Waiting("z"));

        var starts = _schedule.NodeReported(Node, NodeOffer.OfCpu(2), [], At(3)).Commands
            .OfType<StartAttempt>().ToList();

        Assert.Equal([Id("x", 1), Id("y", 1)], starts.Select(static start => start.Attempt));
        Assert.All(starts, static start => Assert.Equal(TimeSpan.FromSeconds(3), start.Waited));
        Assert.Empty(_schedule.OrdersFor(Node).Desired); // The node receives no orders before the starts are committed.
    }

    [Fact]
    public void Started_NotifiesTheNode_Once()
    {
        Load(Start, Waiting("x"));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);

        var change = _schedule.Started(Id("x", 1), Start);

        Assert.Equal([new PokeNode(Node)], change.Commands);
        Assert.Equal([Id("x", 1)], _schedule.OrdersFor(Node).Desired.Select(static order => order.Attempt));
        Assert.Equal(ScheduleOutcome.Repeated, _schedule.Started(Id("x", 1), Start).Outcome);
        Assert.Equal(ScheduleOutcome.Stale, _schedule.Started(Id("x", 2), Start).Outcome);
    }

    [Fact]
    public void Ended_StartsTheTrialElsewhere_WhenTheNodeLacksItsImages()
    {
        Load(Start, Waiting("x"), Waiting("y"));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);
        _schedule.Started(Id("x", 1), Start);

        // Both trials need the same images, so neither starts on this node until the node has the images.
        Assert.Empty(_schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: true, LacksImages: true), Start).Commands);
        Assert.Empty(_schedule.NodeReported(Node, NodeOffer.OfCpu(1), [""], At(1)).Commands);
        var elsewhere = Assert.IsType<StartAttempt>(
            Assert.Single(_schedule.NodeReported(new NodeName("other"), NodeOffer.OfCpu(1), [], At(1)).Commands));
        Assert.Equal((Id("x", 2), new NodeName("other")), (elsewhere.Attempt, elsewhere.Place.Node));
        Assert.Equal(Id("y", 1),
            Assert.IsType<StartAttempt>(
                Assert.Single(_schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], At(2)).Commands)).Attempt);
    }

    [Fact]
    public void Ended_FreesTheSlot_AndIsIdempotent()
    {
        Run("x");

        Assert.Equal(ScheduleOutcome.Applied,
            _schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: false), Start).Outcome);
        Assert.Equal(0, _schedule.Indexes.Slots.Occupied);
        Assert.Equal(ScheduleOutcome.Stale,
            _schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: false), Start).Outcome);
    }

    [Fact]
    public void Ended_StartsTheNextAttempt_WhenTheBackoffIsOver()
    {
        Run("x");
        _schedule.Ended(
            Id("x", 1), new AttemptFollowUp(IsOpen: true, NotBefore: Start.Utc + TimeSpan.FromSeconds(10)), Start);

        Assert.Empty(_schedule.Tick(At(9)).Commands);
        Assert.Equal(Id("x", 2), Assert.IsType<StartAttempt>(Assert.Single(_schedule.Tick(At(10)).Commands)).Attempt);
    }

    [Fact]
    public void Ended_WaitsForTheDeviceClass_AsLongAsTheTrialHadTrained()
    {
        NodeName other = new("other");
        var (own, another) =
            (NodeOffer.OfCpu(1) with { DeviceClass = "own" }, NodeOffer.OfCpu(1) with { DeviceClass = "another" });
        Run("x");
        _schedule.NodeReported(Node, own, [], Start);
        _schedule.NodeLeft(Node, "left", Start);

        _schedule.Ended(
            Id("x", 1), new AttemptFollowUp(IsOpen: true) { ResumesOn = "own", Trained = TimeSpan.FromSeconds(30) },
            Start);

        Assert.Empty(_schedule.NodeReported(other, another, [], At(29)).Commands);
        var start = Assert.IsType<StartAttempt>(Assert.Single(_schedule.Tick(At(30)).Commands));
        Assert.Equal((Id("x", 2), other, TimeSpan.FromSeconds(30)), (start.Attempt, start.Place.Node, start.Waited));
    }

    [Fact]
    public void Loaded_DoesNotWaitForADeviceClass_WhenNoNodeEverOfferedIt()
    {
        Load(Start, Waiting("x") with { ResumesOn = "earlier threads", Trained = TimeSpan.FromHours(1) });

        var offer = NodeOffer.OfCpu(1) with { DeviceClass = "own" };
        Assert.IsType<StartAttempt>(Assert.Single(_schedule.NodeReported(Node, offer, [], Start).Commands));
    }

    [Fact]
    public void Ended_WaitsAtMostTheLongestBackoff_WhenTheClockWasSetBack()
    {
        Run("x");
        _schedule.Ended(
            Id("x", 1), new AttemptFollowUp(IsOpen: true, NotBefore: Start.Utc + TimeSpan.FromDays(2)), Start);

        Assert.IsType<BackingOff>(_schedule.Find(Key("x"))!.Phase);
        Assert.IsType<StartAttempt>(Assert.Single(_schedule.Tick(At(Timing.LongestBackoff.TotalSeconds)).Commands));
    }

    [Fact]
    public void Loaded_DoesNotExtend_ARunningBackoff()
    {
        var backingOff = Waiting("x") with { NotBefore = Start.Utc + TimeSpan.FromSeconds(10) };
        Load(Start, backingOff);
        // The wall clock was set back.
        Load(new ClockReading(TimeSpan.FromSeconds(5), Start.Utc - TimeSpan.FromHours(1)), backingOff);

        Assert.Equal(new BackingOff(TimeSpan.FromSeconds(10)), _schedule.Find(Key("x"))!.Phase);
    }

    [Fact]
    public void StartRefused_RequestsALoadOfTheLedger()
    {
        Load(Start, Waiting("x"));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);

        _schedule.StartRefused(Id("x", 1), Start);

        Assert.Empty(_schedule.Trials);
        Assert.Equal([new LoadOpenTrials()], _schedule.Tick(At(1)).Commands);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StartFailed_IsResolved_ByTheNextLoadOfTheLedger(bool isCommitted)
    {
        Load(Start, Waiting("x"));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);
        _schedule.StartFailed(Id("x", 1), Start);
        Assert.Equal([new LoadOpenTrials()], _schedule.Tick(At(1)).Commands);

        var load = _schedule.BeginLoad();
        var change = _schedule.Loaded(load,
            isCommitted ? new OpenTrials([], [Running("x", 1, slot: 0)]) : new OpenTrials([Waiting("x")], []), At(1));

        Assert.Equal(!isCommitted, change.Commands.OfType<StartAttempt>().Any());
        Assert.Equal(isCommitted, _schedule.OrdersFor(Node).Desired.Count == 1);
    }

    [Fact]
    public void Loaded_StopsTrials_ThatNoActiveSweepNeeds()
    {
        Run("x");

        var load = _schedule.BeginLoad();
        var change = _schedule.Loaded(
            load, new OpenTrials([], [Running("x", 1, slot: 0) with { IsNeeded = false }]), Start);

        Assert.Equal([new PokeNode(Node)], change.Commands);
        Assert.Equal([Id("x", 1)], _schedule.OrdersFor(Node).Stopping);
    }

    [Fact]
    public void Loaded_AppliesChangedLimits_ToARunningAttempt()
    {
        Run("x");

        var running = Running("x", 1, slot: 0);
        _schedule.Loaded(_schedule.BeginLoad(),
            new OpenTrials([], [running with { Trial = running.Trial with { HangAfter = TimeSpan.FromMinutes(7) } }]),
            Start);

        Assert.Equal(TimeSpan.FromMinutes(7), Assert.Single(_schedule.OrdersFor(Node).Desired).HangAfter);
    }

    [Fact]
    public void Loaded_KeepsAnEnd_WhenItCameDuringTheLoad()
    {
        Run("x");
        var load = _schedule.BeginLoad();
        _schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: false), Start);

        _schedule.Loaded(load, new OpenTrials([], [Running("x", 1, slot: 0)]), Start);

        Assert.Empty(_schedule.Trials);
    }

    [Fact]
    public void Loaded_GivesUpAStartOfAnEarlierActivation_WhenItsSlotIsTaken()
    {
        Run("x");

        var change = _schedule.Loaded(
            _schedule.BeginLoad(), new OpenTrials([], [Running("x", 1, slot: 0), Running("y", 1, slot: 0)]), Start);

        Assert.Equal(Id("y", 1), Assert.Single(change.Commands.OfType<LoseAttempt>()).Attempt);
        Assert.Equal([Id("x", 1)], _schedule.OrdersFor(Node).Desired.Select(static order => order.Attempt));
    }

    [Fact]
    public void Loaded_RunsAStartOfAnEarlierActivation_WhenItsSlotIsFree()
    {
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);

        _schedule.Loaded(_schedule.BeginLoad(), new OpenTrials([], [Running("y", 1, slot: 0)]), Start);

        Assert.Equal([Id("y", 1)], _schedule.OrdersFor(Node).Desired.Select(static order => order.Attempt));
    }

    [Fact]
    public void Loaded_IsStale_WhenAnotherLoadHasBegun()
    {
        var first = _schedule.BeginLoad();
        _schedule.BeginLoad();

        Assert.Equal(ScheduleOutcome.Stale, _schedule.Loaded(first, new OpenTrials([Waiting("x")], []), Start).Outcome);
        Assert.Empty(_schedule.Trials);
    }

    [Fact]
    public void Tick_DeclaresASilentNodesAttemptsLost_UntilTheirEndsAreCommitted()
    {
        Run("x");
        var later = Timing.NodeLease + TimeSpan.FromSeconds(1);
        for (var watched = TimeSpan.Zero; watched < later; watched += TimeSpan.FromMinutes(1))
            Assert.Empty(_schedule.Tick(At(watched.TotalSeconds)).Commands);

        Assert.Equal(Id("x", 1),
            Assert.IsType<LoseAttempt>(Assert.Single(_schedule.Tick(At(later.TotalSeconds)).Commands)).Attempt);
        Assert.IsType<LoseAttempt>(Assert.Single(_schedule.Tick(At(later.TotalSeconds + 1)).Commands));
        Assert.Empty(_schedule.OrdersFor(Node).Desired);
        _schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: true), At(later.TotalSeconds + 2));
        Assert.Empty(_schedule.Tick(At(later.TotalSeconds + 3)).Commands);
    }

    [Fact]
    public void Tick_DeclaresNoAttemptLost_AfterTheHeadWasSuspended()
    {
        Run("x");

        Assert.Empty(_schedule.Tick(At(10 * Timing.NodeLease.TotalSeconds)).Commands);
    }

    [Fact]
    public void TrialThatRunsAlone_GetsAnEmptyNode_AndBlocksIt()
    {
        Load(Start, Waiting("x") with { RanOutOn = DeviceKind.Cpu }, Waiting("y"));

        var starts = _schedule.NodeReported(Node, NodeOffer.OfCpu(4), [], Start).Commands.OfType<StartAttempt>();

        Assert.Equal(Id("x", 1), Assert.Single(starts).Attempt);
    }

    [Fact]
    public void TrialThatRunsAlone_ReservesANode_WhileOthersOfItsPriorityWait()
    {
        Run("x");
        Load(Start, [Running("x", 1, slot: 0)], Waiting("y") with { RanOutOn = DeviceKind.Cpu }, Waiting("z"));

        Assert.Empty(_schedule.NodeReported(Node, NodeOffer.OfCpu(2), [], Start).Commands.OfType<StartAttempt>());
        Assert.Equal(Id("y", 1),
            Assert.Single(_schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: false),
                Start).Commands.OfType<StartAttempt>()).Attempt);
    }

    [Fact]
    public void TrialThatRunsAlone_WaitsForTrialsOfHigherPriority()
    {
        Load(Start, Waiting("x") with { RanOutOn = DeviceKind.Cpu }, Waiting("y") with { Priority = 1 });

        Assert.Equal(Id("y", 1),
            Assert.Single(_schedule.NodeReported(Node, NodeOffer.OfCpu(2), [], Start).Commands
                .OfType<StartAttempt>()).Attempt);
    }

    [Fact]
    public void CountWaiting_CountsTrialsWithoutASlot_ByTheTimeOfTheirWait()
    {
        Load(Start, Waiting("x"), Waiting("y"));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], At(1));
        Load(At(30), Waiting("x"), Waiting("y"), Waiting("z"));

        Assert.Equal(0, _schedule.CountWaiting(TimeSpan.FromSeconds(60), At(59)));
        Assert.Equal(1, _schedule.CountWaiting(TimeSpan.FromSeconds(60), At(60)));
        Assert.Equal(2, _schedule.CountWaiting(TimeSpan.FromSeconds(60), At(90)));
    }

    [Fact]
    public void Drain_StopsAllTrials_AndStartsNone()
    {
        Run("x");
        Load(Start, [Running("x", 1, slot: 0)], Waiting("y"));

        Assert.Equal([new PokeNode(Node)], _schedule.Drain(Start).Commands);
        Assert.Equal([Id("x", 1)], _schedule.OrdersFor(Node).Stopping);
        Assert.Empty(_schedule.Ended(Id("x", 1), new AttemptFollowUp(IsOpen: true), Start).Commands);
    }

    private void Run(string trial)
    {
        Load(Start, Waiting(trial));
        _schedule.NodeReported(Node, NodeOffer.OfCpu(1), [], Start);
        _schedule.Started(Id(trial, 1), Start);
    }

    private void Load(ClockReading now, params ScheduledTrial[] waiting) => Load(now, [], waiting);

    private void Load(ClockReading now, RunningTrial[] running, params ScheduledTrial[] waiting) =>
        _schedule.Loaded(_schedule.BeginLoad(), new OpenTrials(waiting, running), now);

    private static ClockReading At(double seconds) =>
        new(TimeSpan.FromSeconds(seconds), Start.Utc + TimeSpan.FromSeconds(seconds));

    private static ScheduledTrial Waiting(string name) =>
        new() { Key = Key(name), Sweep = "sweep", Priority = 0, Order = name[0], Attempt = 0 };

    private static RunningTrial Running(string name, int attempt, int slot) =>
        new() { Trial = Waiting(name) with { Attempt = attempt }, IsNeeded = true, Node = Node, Slot = slot };

    private static AttemptId Id(string name, int attempt) => new(Key(name), attempt);

    private static TrialKey Key(string name) => new(name.PadRight(64, '.'));
}
