using System.Diagnostics.Metrics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The head's metrics: trials, slots, waiting times, and the values that the trainers on all nodes report.
/// </summary>
internal sealed class GrainInstruments
{
    private static readonly SlotCount NoSlots = new(DeviceKind.Cpu, 0, 0);

    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _epochDuration;
    private readonly Histogram<double> _throughput;
    private readonly Counter<long> _ended;
    private volatile IReadOnlyList<SlotCount> _slots = [NoSlots];
    private volatile int _waitingForSlot;
    private volatile int _waitingForIdleNode;
    private volatile int _waitingForBackoff;

    public GrainInstruments(IMeterFactory meters, LedgerReader ledger, NodeBoard nodes, TimeProvider time)
    {
        var meter = meters.Create(typeof(GrainInstruments).Assembly.GetName().Name!);
        meter.CreateObservableUpDownCounter("sbnn.trials", () => CountTrials(ledger), "{trial}",
            "Trials in the ledger, by state.");
        meter.CreateObservableUpDownCounter(
            "sbnn.slots", CountSlots, "{slot}", "Slots of all nodes, by device and by state (free or taken).");
        meter.CreateObservableUpDownCounter(
            "sbnn.trials.waiting", CountWaiting, "{trial}", "Trials that wait for a slot, by what they wait for.");
        meter.CreateObservableUpDownCounter(
            "sbnn.nodes", () => CountNodes(nodes, time), "{node}", "Nodes that have contacted the head, by state.");
        meter.CreateObservableGauge(
            "sbnn.gpu.memory.used", () => MeasureGpus<long>(nodes, time, static gpu => (long?)gpu.UsedMiB << 20), "By",
            "GPU memory in use by all programs.");
        meter.CreateObservableGauge(
            "sbnn.gpu.memory.limit", () =>
                MeasureGpus<long>(nodes, time, static gpu => (long)gpu.MemoryMiB << 20), "By",
            "Total memory of each GPU.");
        meter.CreateObservableGauge(
            "sbnn.gpu.utilization", () =>
                MeasureGpus<double>(nodes, time, static gpu => gpu.UtilizationPercent / 100.0),
            "1", "Utilization of each GPU, from 0 to 1.");
        _ended = meter.CreateCounter<long>("sbnn.attempts.ended", "{attempt}",
            "Attempts that ended, by ending and by the trial's next state (waiting: the trial is retried).");
        _queueWait = meter.CreateHistogram(
            "sbnn.queue.wait", "s", "How long a trial that was ready to start waited for a slot.",
            advice: BucketsOf(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600));
        _epochDuration = meter.CreateHistogram(
            "sbnn.epoch.duration", "s", "How long an epoch took, including its evaluation.",
            advice: BucketsOf(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600));
        _throughput = meter.CreateHistogram(
            "sbnn.training.throughput", "{image}/s", "Training images per second of one trainer, measured per epoch.",
            advice: BucketsOf(10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000));
    }

    /// <summary>Records how many slots are free and taken now, and how many trials wait.</summary>
    /// <param name="indexes">The schedule's indexes.</param>
    public void Observe(PhaseIndexes indexes)
    {
        _slots = [.. indexes.Slots.Devices.GroupBy(static device => device.Kind).Select(static kind => new SlotCount(
            kind.Key, kind.Sum(static device => device.Free), kind.Sum(static device => device.Trials.Count)))
            .DefaultIfEmpty(NoSlots)];
        (_waitingForSlot, _waitingForIdleNode, _waitingForBackoff) =
            (indexes.Shared.Count, indexes.Alone.Count, indexes.BackingOff);
    }

    /// <summary>Records how long a trial waited for the slot that it now has.</summary>
    public void RecordWait(TimeSpan wait) => _queueWait.Record(wait.TotalSeconds);

    /// <summary>Records the duration and the throughput of an epoch that a trainer reported.</summary>
    public void RecordEpoch(EpochCompleted epoch)
    {
        _epochDuration.Record(epoch.Seconds);
        _throughput.Record(epoch.ImagesPerSecond);
    }

    /// <summary>Counts a committed end of an attempt, by the kind of end and the trial's next state.</summary>
    public void RecordEnd(AttemptEnding ending, TrialState next) =>
        _ended.Add(1, new(TelemetryNames.Ending, EnumWords.Of(ending)), new(TelemetryNames.State, EnumWords.Of(next)));

    private static InstrumentAdvice<double> BucketsOf(params double[] boundaries) =>
        new() { HistogramBucketBoundaries = boundaries };

    private static IEnumerable<Measurement<int>> CountTrials(LedgerReader ledger) =>
        ReadTrialCounts(ledger).Select(static count =>
            new Measurement<int>(
                count.Value, new KeyValuePair<string, object?>(TelemetryNames.State, EnumWords.Of(count.Key))));

    private static IReadOnlyDictionary<TrialState, int> ReadTrialCounts(LedgerReader ledger)
    {
        try
        {
            return ledger.CountTrials();
        }
        catch (LedgerUnavailableException)
        {
            return new Dictionary<TrialState, int>(); // No measurement now; the writer logs why.
        }
    }

    private IEnumerable<Measurement<int>> CountSlots() =>
        from count in _slots
        from state in ((string, int)[])[("free", count.Free), ("taken", count.Taken)]
        select new Measurement<int>(
            state.Item2, new("sbnn.device", EnumWords.Of(count.Kind)),
            new KeyValuePair<string, object?>("sbnn.slot.state", state.Item1));

    private IEnumerable<Measurement<int>> CountWaiting() =>
    [
        new(_waitingForSlot, new KeyValuePair<string, object?>("sbnn.waiting.reason", "free-slot")),
        new(_waitingForIdleNode, new KeyValuePair<string, object?>("sbnn.waiting.reason", "idle-node")),
        new(_waitingForBackoff, new KeyValuePair<string, object?>("sbnn.waiting.reason", "backoff")),
    ];

    // Only ready nodes are measured, because the state of a silent node's GPUs is not known.
    private static IEnumerable<Measurement<T>> MeasureGpus<T>(
        NodeBoard nodes, TimeProvider time, Func<GpuOffer, T?> read)
        where T : struct =>
        from node in nodes.Nodes
        where node.StateAt(time.GetUtcNow(), isDraining: false).State == NodeState.Ready
        from gpu in node.Offer.Gpus
        let value = read(gpu)
        where value is not null
        select new Measurement<T>(
            value.Value, new("sbnn.node", node.Name.Value), new("sbnn.gpu", gpu.Uuid),
            new KeyValuePair<string, object?>("sbnn.gpu.model", gpu.Model));

    private static IEnumerable<Measurement<int>> CountNodes(NodeBoard nodes, TimeProvider time)
    {
        var counts = nodes.Nodes.CountBy(node => node.StateAt(time.GetUtcNow(), isDraining: false).State)
            .ToDictionary();
        return Enum.GetValues<NodeState>().Where(static state => state != NodeState.Draining)
            .Select(state => new Measurement<int>(
            counts.GetValueOrDefault(state),
            new KeyValuePair<string, object?>("sbnn.node.state", EnumWords.Of(state))));
    }

    private sealed record SlotCount(DeviceKind Kind, int Free, int Taken);
}
