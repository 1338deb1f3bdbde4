using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

/// <summary>
/// A ledger in memory, with the real ledger's rules for states, attempts and ownership. Each change counts as
/// committed.
/// </summary>
internal sealed class WorldLedger
{
    private readonly List<Row> _trials =
        [.. Enumerable.Range(0, 8).Select(static i => new Row(new TrialKey($"{i:D64}"), i))];

    private readonly List<Sweep> _sweeps =
        [new("one", 0, [0, 1, 2, 3]), new("two", 0, [2, 3, 4, 5]), new("three", 1, [6, 7])];

    private readonly Dictionary<(string Shape, string Model), int> _peaks = [];

    /// <summary>True: trials require a kind of device, an amount of memory, or an exclusive device.</summary>
    public bool HasGpus { get; init; }

    /// <summary>True: attempts leave checkpoints that resume only on one device class.</summary>
    public bool HasClasses { get; init; }

    /// <summary>
    /// The device class of a slot. Nodes a and b have the same CPUs, and nodes b and c have some GPUs of the same
    /// model.
    /// </summary>
    public static string ClassOf(NodeName node, string? gpu) =>
        gpu switch { null => node.Value == "c" ? "cpu-2" : "cpu-1", "c1" => "large", _ => "small" };

    /// <summary>True while some trial waits or runs.</summary>
    public bool IsOpen => _trials.Exists(static trial => trial.State is TrialState.Waiting or TrialState.Running);

    public OpenTrials Read() => new(
        [.. _trials.Where(static trial => trial.State == TrialState.Waiting).Select(FactsOf)],
        [
            .. _trials.Where(static trial => trial.State == TrialState.Running).Select(trial => new RunningTrial
            {
                Trial = FactsOf(trial), IsNeeded = OwnerOf(trial) is not null, Node = trial.Place.Node, Slot =
                    trial.Place.Slot,
                Gpu = trial.Place.Gpu,
            }),
        ])
    { Peaks = [.. _peaks.Select(static peak => PeakOf(peak.Key.Shape, peak.Key.Model, peak.Value))] };

    /// <summary>
    /// Records that a trial on a GPU was measured, or ran out of memory; returns null when nothing changed.
    /// </summary>
    public ShapePeak? Measure(TrialKey trial, string model, int? peakMiB, bool outOfMemory)
    {
        var key = (ShapeOf(trial), model);
        var before = _peaks.GetValueOrDefault(key);
        var after = Math.Max(before, peakMiB ?? 0) * (outOfMemory ? 5 : 4) / 4;
        if (after == before) return null;
        _peaks[key] = after;
        return PeakOf(key.Item1, model, after);
    }

    /// <summary>Finds the slot of an attempt; null when the attempt is not running.</summary>
    public SlotAddress? PlaceOf(AttemptId attempt) =>
        Find(attempt.Trial) is { State: TrialState.Running } trial && trial.Attempt == attempt.Attempt
            ? trial.Place
            : null;

    public bool Start(AttemptId attempt, SlotAddress place)
    {
        var trial = Find(attempt.Trial);
        if (trial.State != TrialState.Waiting || trial.Attempt + 1 != attempt.Attempt) return false;
        (trial.State, trial.Attempt, trial.Place, trial.NotBefore) = (TrialState.Running, attempt.Attempt, place, null);
        return true;
    }

    /// <summary>Commits an attempt's result; returns null when the attempt is not running.</summary>
    public AttemptFollowUp? CommitResult(AttemptId attempt) => EndAs(attempt, TrialState.Finished, notBefore: null);

    /// <summary>
    /// Ends an attempt without a result, so that its trial waits or is withdrawn; returns null when the attempt is not
    /// running.
    /// </summary>
    public AttemptFollowUp? EndWithoutResult(AttemptId attempt, DateTimeOffset? notBefore, bool outOfMemory)
    {
        var trial = Find(attempt.Trial);
        var sequel = EndAs(attempt, OwnerOf(trial) is null ? TrialState.Withdrawn : TrialState.Waiting, notBefore);
        if (sequel is null || !outOfMemory) return sequel;
        trial.RanOutOn = trial.Place.Gpu is null ? DeviceKind.Cpu : DeviceKind.Gpu;
        return sequel.Value with { RanOutOn = trial.RanOutOn };
    }

    /// <summary>What followed the end of an attempt, if it is its trial's latest; null for any other attempt.</summary>
    public AttemptFollowUp? EndOf(AttemptId attempt)
    {
        var trial = Find(attempt.Trial);
        return trial.Attempt == attempt.Attempt && trial.State != TrialState.Running ? FollowUpOf(trial) : null;
    }

    /// <summary>Applies a random revision, desired state, priority or retry, and returns its description.</summary>
    public string Change(Random random)
    {
        var sweep = _sweeps[random.Next(_sweeps.Count)];
        var what = random.Next(4);
        switch (what)
        {
            case 0: sweep.IsActive = !sweep.IsActive; break;
            case 1: sweep.Priority = random.Next(3); break;
            case 2:
                var changed = random.Next(_trials.Count);
                if (!sweep.Trials.Remove(changed)) sweep.Trials.Add(changed);
                break;
            default:
                // A retry of failed trials is simulated by resetting finished ones, because no trial fails here.
                foreach (var ended in _trials.Where(static trial => trial.State == TrialState.Finished
                    && trial.Attempt < 6))
                    ended.State = TrialState.Waiting;
                break;
        }

        foreach (var trial in _trials)
        {
            if (trial.State == TrialState.Waiting && OwnerOf(trial) is null)
                (trial.State, trial.NotBefore) = (TrialState.Withdrawn, null);
            if (trial.State == TrialState.Withdrawn && OwnerOf(trial) is not null) trial.State = TrialState.Waiting;
        }

        return $"{sweep.Name}: change {what}, active {sweep.IsActive}, priority {sweep.Priority}, trials "
            + $"{string.Join(' ', sweep.Trials)}";
    }

    private AttemptFollowUp? EndAs(AttemptId attempt, TrialState state, DateTimeOffset? notBefore)
    {
        var trial = Find(attempt.Trial);
        if (trial.State != TrialState.Running || trial.Attempt != attempt.Attempt) return null;
        (trial.State, trial.NotBefore) = (state, state == TrialState.Waiting ? notBefore : null);

        // Every second attempt leaves a checkpoint.
        if (HasClasses && attempt.Attempt % 2 == 1) trial.ResumesOn = ClassOf(trial.Place.Node, trial.Place.Gpu);
        return FollowUpOf(trial);
    }

    private static AttemptFollowUp FollowUpOf(Row trial) =>
        new(trial.State == TrialState.Waiting, trial.NotBefore, trial.RanOutOn)
        {
            ResumesOn = trial.ResumesOn,
            Trained = TrainedBy(trial),
        };

    // Some trials have trained so long that they wait for their device class instead of starting over; others have not
    // trained.
    private static TimeSpan TrainedBy(Row trial) =>
        TimeSpan.FromSeconds(trial.ResumesOn is null ? 0 : trial.Order % 3 * 400 * trial.Attempt);

    private Row Find(TrialKey key) => _trials.Find(trial => trial.Key == key)!;

    private Sweep? OwnerOf(Row trial) => _sweeps.Where(sweep => sweep.IsActive && sweep.Trials.Contains(trial.Order))
        .OrderByDescending(static sweep => sweep.Priority).ThenBy(static sweep => sweep.Name, StringComparer.Ordinal)
            .FirstOrDefault();

    private ScheduledTrial FactsOf(Row trial) => new()
    {
        Key = trial.Key,
        Sweep = OwnerOf(trial)?.Name ?? "",
        Priority = OwnerOf(trial)?.Priority ?? 0,
        Order = OwnerOf(trial) is null ? 0 : trial.Order,
        NotBefore = trial.NotBefore,
        RanOutOn = trial.RanOutOn,
        Shape = ShapeOf(trial.Key),
        Device = !HasGpus ? DeviceKind.Any
            : trial.Order switch { 2 or 6 => DeviceKind.Gpu, 4 => DeviceKind.Cpu, _ => DeviceKind.Any },
        MemoryMiB = HasGpus && trial.Order == 3 ? 6000 : 0,
        Exclusive = HasGpus && trial.Order == 5,
        Attempt = trial.Attempt,
        ResumesOn = trial.ResumesOn,
        Trained = TrainedBy(trial),
        Images = ImagesOf(trial.Key),
    };

    /// <summary>The images of a trial, chosen by the last digit of its key.</summary>
    public static string ImagesOf(TrialKey trial) => trial.Hex[^1] % 2 == 0 ? "even" : "odd";

    /// <summary>The shape of a trial, which is one of three.</summary>
    private static string ShapeOf(TrialKey trial) => $"s{trial.Hex[^1] % 3}";

    private static ShapePeak PeakOf(string shape, string model, int peakMiB) =>
        new(new TrialShape(shape), model, peakMiB);

    private sealed class Row(TrialKey key, int order)
    {
        public TrialKey Key => key;

        public int Order => order;

        public TrialState State { get; set; } = TrialState.Waiting;

        public int Attempt { get; set; }

        public DateTimeOffset? NotBefore { get; set; }

        public DeviceKind RanOutOn { get; set; }

        public string? ResumesOn { get; set; }

        public SlotAddress Place { get; set; }
    }

    private sealed class Sweep(string name, int priority, HashSet<int> trials)
    {
        public string Name => name;

        public int Priority { get; set; } = priority;

        public HashSet<int> Trials => trials;

        public bool IsActive { get; set; } = true;
    }
}
