using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

/// <summary>
/// Simulates everything around a <see cref="Schedule"/> in memory, driven by a seed: a ledger, nodes with trainers, two
/// clocks, and messages that are lost, repeated and reordered. The same seed gives the same history, and a shorter
/// history is a prefix of a longer one.
/// </summary>
internal sealed class ScheduleWorld
{
    private static readonly ClusterTiming Timing = new();
    private static readonly NodeName[] Names = [new("a"), new("b"), new("c")];

    private readonly Random _random;
    private readonly Random _images; // A generator of its own, so that the histories of earlier seeds do not change.
    private readonly Random _gpus; // A generator of its own for the same reason.
    private readonly bool _hasGpus;
    private readonly bool _hasClasses;
    private readonly Dictionary<NodeName, WorldNode> _nodes =
        Names.ToDictionary(static name => name, static name => new WorldNode(name));
    private readonly List<ScheduleCommand> _commands = [];
    private readonly List<Message> _messages = [];
    private readonly Dictionary<TrialKey, int> _attempts = [];
    private (int Number, OpenTrials? Read)? _load;
    private ClockReading _now = new(TimeSpan.Zero, DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000));
    private bool _isDraining;

    public ScheduleWorld(int seed)
    {
        (_random, _images, _gpus) = (new Random(seed), new Random(seed + 1_000_000), new Random(seed + 2_000_000));
        _hasGpus = seed % 2 == 0;
        _hasClasses = seed % 3 == 0;
        Ledger = new WorldLedger { HasGpus = _hasGpus, HasClasses = _hasClasses };
        if (_hasGpus)
        {
            _nodes[Names[1]].Gpus = [Gpu("b0", "small", 3)];
            _nodes[Names[2]].Gpus = [Gpu("c0", "small", 2), Gpu("c1", "large", 3)];
        }

        Schedule = new Schedule(Timing.NodeLease, Timing.LongestBackoff, _now);
        Load(Schedule);
        foreach (var node in _nodes.Values) Sync(node);
    }

    public Schedule Schedule { get; }

    public WorldLedger Ledger { get; }

    /// <summary>Descriptions of all events so far, for the message of a failure.</summary>
    public List<string> History { get; } = [];

    /// <summary>
    /// The attempts whose ends the schedule has applied. The schedule must never list one as running again.
    /// </summary>
    public HashSet<AttemptId> Ended { get; } = [];

    /// <summary>Performs one action, chosen by the seed.</summary>
    public void Step()
    {
        switch (_random.Next(20))
        {
            case < 5: ExecuteSome(); break;
            case < 8: DeliverSome(); break;
            case < 11: SyncSome(); break;
            case < 14: EndSome(); break;
            case 14: PassTime(); break;
            case 15: ChangeNode(); break;
            case 16 or 17: ChangeSweep(); break;
            case 18: LoadSome(); break;
            default:
                if (_random.Next(40) > 0)
                {
                    ExecuteSome();
                    break;
                }

                _isDraining = true;
                RecordChange("drain", Schedule.Drain(_now));
                break;
        }
    }

    /// <summary>Creates a new schedule that has read the ledger and received no messages.</summary>
    public Schedule Fresh()
    {
        var fresh = new Schedule(Timing.NodeLease, Timing.LongestBackoff, _now);
        fresh.Loaded(fresh.BeginLoad(), Ledger.Read(), _now);
        if (_isDraining) fresh.Drain(_now);
        return fresh;
    }

    /// <summary>Makes the schedule read the ledger now.</summary>
    public void Load() => Load(Schedule);

    /// <summary>
    /// Executes all pending commands, delivers all pending messages, and synchronises every live node, until nothing
    /// changes.
    /// </summary>
    public void Settle()
    {
        for (var rounds = 0; rounds < 100; rounds++)
        {
            if (IsWaitingForClass) PassClassWaits();
            foreach (var command in Take(_commands)) Execute(command, isFaithful: true);
            foreach (var message in Take(_messages)) Deliver(message);
            Load(Schedule);
            RecordChange("tick", Schedule.Tick(_now));
            foreach (var node in _nodes.Values.Where(static node => node.IsAlive)) Sync(node);
            if (_messages.Count == 0 && _commands.TrueForAll(static command => command is PokeNode)
                && !IsWaitingForClass)
                return;
        }

        Assert.Fail($"the world does not settle:\n{string.Join('\n', History.TakeLast(40))}");
    }

    private bool IsWaitingForClass =>
        Schedule.Trials.Any(static trial => trial.Phase is Queued { OwnClassUntil: not null });

    // Advances the time until no trial waits only for its checkpoint's device class, because a new schedule has not
    // seen any device class.
    private void PassClassWaits()
    {
        for (var minutes = 0; minutes < 12; minutes += 4)
        {
            Advance(TimeSpan.FromMinutes(4));
            foreach (var node in _nodes.Values.Where(static node => node.IsAlive)) Sync(node);
        }
    }

    /// <summary>
    /// Sends the reports of all live nodes to a schedule, and returns the attempts that it would start.
    /// </summary>
    public IReadOnlyList<StartAttempt> ReportTo(Schedule schedule) =>
        [.. _nodes.Values.Where(static node => node.IsAlive)
            .SelectMany(node => schedule.NodeReported(node.Name, OfferOf(node), node.LackedImages, _now).Commands)
            .OfType<StartAttempt>()];

    /// <summary>Revives all nodes and lets every attempt complete, until no trial is open.</summary>
    public void Finish()
    {
        foreach (var node in _nodes.Values)
        {
            (node.IsAlive, node.Slots) = (true, Math.Max(1, node.Slots));
            node.Gpus = [.. node.Gpus.Select(static gpu => gpu with { OtherProgramsMiB = 0, Slots = 2 })];
        }

        // The first node never receives the images that it lacks, so the other nodes train all trials that need them.
        foreach (var node in _nodes.Values.Skip(1)) node.LackedImages.Clear();
        for (var rounds = 0; Ledger.IsOpen; rounds++)
        {
            Assert.True(rounds < 200,
                "these trials are never trained: "
                    + $"{string.Join(' ', Schedule.Trials)}\n{string.Join('\n', History.TakeLast(60))}");
            Settle();
            foreach (var node in _nodes.Values)
            {
                foreach (var attempt in node.Held.ToList()) End(node, attempt, Ledger.CommitResult(attempt));
            }

            Advance(TimeSpan.FromSeconds(30));
            RecordChange("tick", Schedule.Tick(_now));
        }
    }

    private void ExecuteSome()
    {
        if (Pick(_commands) is not { } command) return;
        // A command that is not removed is executed a second time later.
        if (_random.Next(8) > 0) _commands.Remove(command);
        Execute(command, isFaithful: _random.Next(4) > 0);
    }

    private void Execute(ScheduleCommand command, bool isFaithful)
    {
        switch (command)
        {
            case StartAttempt start:
                var isCommitted = (isFaithful || _random.Next(2) == 0) && Ledger.Start(start.Attempt, start.Place);
                _messages.Add(!isFaithful ? new StartFailedMessage(start.Attempt) : isCommitted
                    ? new StartedMessage(start.Attempt) : new StartRefusedMessage(start.Attempt));
                break;
            case LoseAttempt lose when isFaithful:
                if ((Ledger.EndOf(lose.Attempt)
                    ?? Ledger.EndWithoutResult(lose.Attempt, notBefore: null, outOfMemory: false))
                    is { } followUp)
                    _messages.Add(new EndedMessage(lose.Attempt, followUp));
                break;
            case LoadOpenTrials when isFaithful:
                _load ??= (Schedule.BeginLoad(), null);
                break;
        }

        History.Add($"{(isFaithful ? "done" : "failed")}: {command}");
    }

    private void DeliverSome()
    {
        if (Pick(_messages) is not { } message) return;
        switch (_random.Next(6))
        {
            case 0 when message is EndedMessage: break; // The message is lost; its sender will repeat it.
            case 1: Deliver(message); break; // The message is delivered now and again later.
            default:
                _messages.Remove(message);
                Deliver(message);
                break;
        }
    }

    private void Deliver(Message message)
    {
        var change = message switch
        {
            StartedMessage started => Schedule.Started(started.Attempt, _now),
            StartRefusedMessage refused => Schedule.StartRefused(refused.Attempt, _now),
            StartFailedMessage failed => Schedule.StartFailed(failed.Attempt, _now),
            EndedMessage ended => Schedule.Ended(ended.Attempt, ended.AttemptFollowUp, _now),
            MeasuredMessage measured => Schedule.Measured(measured.Peak, _now),
            _ => throw new InvalidOperationException(),
        };
        RecordChange(message.ToString(), change);
        if (message is EndedMessage over && change.Outcome == ScheduleOutcome.Applied) Ended.Add(over.Attempt);
    }

    private void SyncSome()
    {
        if (Pick([.. _nodes.Values.Where(static node => node.IsAlive)]) is { } node) Sync(node);
    }

    private void Sync(WorldNode node)
    {
        RecordChange(
            $"{node.Name} reports {node.Slots} slots, {string.Join(" ", node.Gpus)}, "
            + $"lacks {string.Join(' ', node.LackedImages)}",
            Schedule.NodeReported(node.Name, OfferOf(node), [.. node.LackedImages], _now));
        var orders = Schedule.OrdersFor(node.Name);
        foreach (var order in orders.Desired.Where(order => Ledger.EndOf(order.Attempt) is null))
            node.Held.Add(order.Attempt);
        var desired = orders.Desired.Select(static order => order.Attempt).ToHashSet();
        foreach (var attempt in orders.Stopping.Concat(node.Held.Where(held => !desired.Contains(held))).ToList())
            End(node, attempt, Ledger.EndWithoutResult(attempt, notBefore: null, outOfMemory: false));
        foreach (var attempt in orders.Desired.Select(static order => order.Attempt))
        {
            // When a node reports an end again, the trial's grain repeats its message to the scheduler.
            if (Ledger.EndOf(attempt) is { } followUp) _messages.Add(new EndedMessage(attempt, followUp));
        }
    }

    private void EndSome()
    {
        if (Pick([.. _nodes.Values.SelectMany(static node =>
            node.Held.Select(attempt => (Node: node, Attempt: attempt)))]) is not { Node: { } node } ended)
            return;
        if (_random.Next(6) == 0) return; // The commit failed, so the node will report the end again.
        var notBefore = _now.Utc + TimeSpan.FromSeconds(_random.Next(120));
        if (_images.Next(5) == 0)
        {
            node.LackedImages.Add(WorldLedger.ImagesOf(ended.Attempt.Trial));
            End(node, ended.Attempt,
                Ledger.EndWithoutResult(ended.Attempt, notBefore: null, outOfMemory: false) is { } followUp
                ? followUp with { LacksImages = true }
                : null);
            return;
        }

        var how = _random.Next(3);
        var outOfMemory = how == 1 && _random.Next(2) == 0;
        Measure(ended.Attempt, outOfMemory);
        End(node, ended.Attempt, how switch
        {
            0 => Ledger.CommitResult(ended.Attempt),
            1 => Ledger.EndWithoutResult(ended.Attempt, notBefore, outOfMemory),
            _ => Ledger.EndWithoutResult(ended.Attempt, notBefore: null, outOfMemory: false),
        });
    }

    private void Measure(AttemptId attempt, bool outOfMemory)
    {
        if (Ledger.PlaceOf(attempt) is not { Gpu: { } gpu }) return;
        var model = gpu == "c1" ? "large" : "small";
        var isMeasured = _gpus.Next(3) > 0;
        if (Ledger.Measure(attempt.Trial, model, isMeasured ? _gpus.Next(500, 5000) : null, outOfMemory) is { } peak)
            _messages.Add(new MeasuredMessage(peak));
    }

    private void End(WorldNode node, AttemptId attempt, AttemptFollowUp? followUp)
    {
        node.Held.Remove(attempt);
        if (followUp is { } committed) _messages.Add(new EndedMessage(attempt, committed));
        History.Add($"{attempt} ends on {node.Name}: {followUp}");
    }

    private void PassTime()
    {
        Advance(TimeSpan.FromSeconds(_random.Next(4) switch { 0 => 0.5, 1 => 20, 2 => 400, _ => 1100 }));
        if (_random.Next(4) == 0) _now = _now with { Utc = _now.Utc + TimeSpan.FromHours(_random.Next(-48, 48)) };
        RecordChange($"{_now}", Schedule.Tick(_now));
    }

    private void Advance(TimeSpan span) => _now = new ClockReading(_now.Elapsed + span, _now.Utc + span);

    private void ChangeNode()
    {
        var node = _nodes[Names[_random.Next(Names.Length)]];
        if (_random.Next(3) == 0) node.Slots = _random.Next(4);
        else node.IsAlive = !node.IsAlive;
        if (_images.Next(2) == 0) node.LackedImages = [.. ((string[])["even", "odd"]).Where(_ => _images.Next(3) == 0)];
        // The machine went down, and its trainers with it.
        if (!node.IsAlive && _random.Next(2) == 0) node.Held.Clear();
        if (_hasGpus && _gpus.Next(2) == 0) node.Gpus = [.. node.Gpus.Select(ChangeGpu)];
        History.Add($"{node.Name}: alive {node.IsAlive}, {node.Slots} slots, {string.Join(" ", node.Gpus)}");
    }

    private GpuOffer ChangeGpu(GpuOffer gpu) => gpu with
    {
        OtherProgramsMiB = _gpus.Next(3) switch { 0 => 5000, 1 => 300, _ => 0 },
        Slots = _gpus.Next(4),
    };

    private NodeOffer OfferOf(WorldNode node) => !_hasClasses
        ? new NodeOffer(node.Slots, node.Gpus)
        : new NodeOffer(node.Slots,
            [.. node.Gpus.Select(gpu => gpu with { DeviceClass = WorldLedger.ClassOf(node.Name, gpu.Uuid) })])
        {
            DeviceClass = WorldLedger.ClassOf(node.Name, gpu: null),
        };

    private static GpuOffer Gpu(string uuid, string model, int slots) =>
        new(uuid, model, model == "large" ? 16384 : 8192, slots) { ReserveMiB = 1024 };

    private void ChangeSweep()
    {
        History.Add(Ledger.Change(_random));
        _commands.Add(new LoadOpenTrials());
    }

    private void LoadSome()
    {
        if (_load is not var (number, read))
        {
            _load = (Schedule.BeginLoad(), null);
            return;
        }

        if (read is null)
        {
            _load = (number, Ledger.Read());
            return;
        }

        _load = null;
        RecordChange("loaded",
            _random.Next(4) == 0 ? Schedule.LoadFailed(number) : Schedule.Loaded(number, read, _now));
    }

    private void Load(Schedule schedule)
    {
        _load = null;
        RecordChange("load", schedule.Loaded(schedule.BeginLoad(), Ledger.Read(), _now));
    }

    private void RecordChange(string what, ScheduleChange change)
    {
        History.Add($"{what}: {change.Outcome}");
        foreach (var start in change.Commands.OfType<StartAttempt>())
        {
            var device = Schedule.Indexes.Slots.Devices.Single(
                device => device.Node == start.Place.Node && device.Gpu?.Uuid == start.Place.Gpu
                && device.Kind == (start.Place.Gpu is null ? DeviceKind.Cpu : DeviceKind.Gpu));
            Assert.True(start.Place.Slot < device.Slots, $"{start}: the device has no such slot");
            Assert.Equal(device.Gpu?.Model, start.Gpu?.Model);
            if (device.Gpu is { } gpu) AssertMemory(gpu, device, start);
            AssertDeviceClass(device, start);
            var isLacked = !Schedule.Indexes.Slots.HasImages(
                start.Place.Node, WorldLedger.ImagesOf(start.Attempt.Trial));
            Assert.False(isLacked, $"{start}: the node lacks its images");
            Assert.True(start.Waited >= TimeSpan.Zero, $"{start}: its waiting time is negative");
        }

        _commands.AddRange(change.Commands);
        foreach (var trial in Schedule.Trials)
        {
            Assert.True(trial.Attempt >= _attempts.GetValueOrDefault(trial.Key),
                $"{trial}: attempt {_attempts.GetValueOrDefault(trial.Key)} was already known");
            _attempts[trial.Key] = trial.Attempt;
        }
    }

    // Asserts that a trial starts over on another device class only after it has waited as long as it had trained, or
    // ten minutes if that is less.
    private void AssertDeviceClass(DeviceSlots device, StartAttempt start)
    {
        var facts = Schedule.Find(start.Attempt.Trial)!.Facts;
        if (facts.ResumesOn is null || facts.ResumesOn == device.DeviceClass || facts.RanOutOn != DeviceKind.Any)
            return;
        var longest = facts.Trained < TimeSpan.FromMinutes(10) ? facts.Trained : TimeSpan.FromMinutes(10);
        Assert.True(start.Waited >= longest, $"{start}: {device.DeviceClass} is not {facts.ResumesOn}");
    }

    // Asserts that the trials on a GPU fit into its memory, according to the peaks that are known when a trial starts.
    private void AssertMemory(GpuOffer gpu, DeviceSlots device, StartAttempt start)
    {
        Assert.False(gpu.IsOccupied, $"{start}: other programs use the GPU");
        Assert.True(device.Trials.Count <= device.Slots, $"{start}: more trials than slots");
        if (device.Trials.Count == 1) return;
        var needs = device.Trials.Select(trial => Schedule.Find(trial)!.Facts).Select(
            facts => Schedule.Indexes.Slots.Peaks.Find(TrialDemand.Of(facts), gpu.Model)).ToList();
        Assert.DoesNotContain(null, needs); // A trial whose shape is not measured must have its GPU to itself.
        Assert.True(needs.Sum() + gpu.ReserveMiB <= gpu.MemoryMiB, $"{start}: {string.Join('+', needs)} of {gpu}");
    }

    private T? Pick<T>(List<T> items) => items.Count == 0 ? default : items[_random.Next(items.Count)];

    private static List<T> Take<T>(List<T> items)
    {
        List<T> taken = [.. items];
        items.Clear();
        return taken;
    }

    private abstract record Message;

    private sealed record StartedMessage(AttemptId Attempt) : Message;

    private sealed record StartRefusedMessage(AttemptId Attempt) : Message;

    private sealed record StartFailedMessage(AttemptId Attempt) : Message;

    private sealed record MeasuredMessage(ShapePeak Peak) : Message;

    private sealed record EndedMessage(AttemptId Attempt, AttemptFollowUp AttemptFollowUp) : Message;

    private sealed class WorldNode(NodeName name)
    {
        public NodeName Name => name;

        public int Slots { get; set; } = 2;

        public IReadOnlyList<GpuOffer> Gpus { get; set; } = [];

        public bool IsAlive { get; set; } = true;

        public List<string> LackedImages { get; set; } = [];

        public HashSet<AttemptId> Held { get; } = [];
    }
}
