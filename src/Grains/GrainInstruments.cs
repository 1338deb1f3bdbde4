using System.Diagnostics.Metrics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Grains;

/// <summary>What the head measures: trials, slots, waiting, and what the trainers on all nodes report.</summary>
internal sealed class GrainInstruments
{
    private const string Device = "cpu"; // Of every slot, as yet.
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _epochDuration;
    private readonly Histogram<double> _throughput;
    private readonly Counter<long> _ended;
    private volatile int _free;
    private volatile int _taken;
    private volatile int _forSlot;
    private volatile int _forIdleNode;
    private volatile int _forBackoff;

    public GrainInstruments(IMeterFactory meters, LedgerReader ledger, NodeBoard nodes, TimeProvider time)
    {
        var meter = meters.Create(typeof(GrainInstruments).Assembly.GetName().Name!);
        meter.CreateObservableUpDownCounter("sbnn.trials", () => CountTrials(ledger), "{trial}", "Trials in the ledger, by state.");
        meter.CreateObservableUpDownCounter(
            "sbnn.slots", CountSlots, "{slot}", "Slots of all nodes, by device, free and taken.");
        meter.CreateObservableUpDownCounter(
            "sbnn.trials.waiting", CountWaiting, "{trial}", "Trials that wait for a slot, by what they wait for.");
        meter.CreateObservableUpDownCounter(
            "sbnn.nodes", () => CountNodes(nodes, time), "{node}", "Nodes that have knocked, by where they stand.");
        _ended = meter.CreateCounter<long>("sbnn.attempts.ended", "{attempt}", "Attempts that ended, by how, and by the state of the trial after that: waiting is a retry.");
        _queueWait = meter.CreateHistogram(
            "sbnn.queue.wait", "s", "How long a trial that could go waited for a slot.",
            advice: BucketsOf(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600));
        _epochDuration = meter.CreateHistogram(
            "sbnn.epoch.duration", "s", "How long an epoch took, with its evaluation.",
            advice: BucketsOf(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600));
        _throughput = meter.CreateHistogram(
            "sbnn.training.throughput", "{image}/s", "Training images a second of one trainer, by epoch.",
            advice: BucketsOf(10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000));
    }

    /// <summary>How many slots there are now, and how many trials wait.</summary>
    /// <param name="indexes">The schedule's indexes.</param>
    public void Observe(PhaseIndexes indexes)
    {
        (_free, _taken) = (indexes.Slots.FreeSlots, indexes.Slots.Occupied);
        (_forSlot, _forIdleNode, _forBackoff) = (indexes.Shared.Count, indexes.Alone.Count, indexes.BackingOff);
    }

    /// <summary>A trial has got its slot.</summary>
    public void Waited(TimeSpan wait) => _queueWait.Record(wait.TotalSeconds);

    /// <summary>A trainer reported an epoch.</summary>
    public void Trained(EpochTrained epoch)
    {
        _epochDuration.Record(epoch.Seconds);
        _throughput.Record(epoch.ImagesPerSecond);
    }

    /// <summary>An attempt's end is committed.</summary>
    public void Ended(AttemptEnding ending, TrialState next) =>
        _ended.Add(1, new(TelemetryNames.Ending, Knobs.WordOf(ending)), new(TelemetryNames.State, Knobs.WordOf(next)));

    private static InstrumentAdvice<double> BucketsOf(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private static IEnumerable<Measurement<int>> CountTrials(LedgerReader ledger) =>
        Counted(ledger).Select(static count => new Measurement<int>(count.Value, new KeyValuePair<string, object?>(TelemetryNames.State, Knobs.WordOf(count.Key))));

    private static IReadOnlyDictionary<TrialState, int> Counted(LedgerReader ledger)
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
    [
        new(_free, new("sbnn.device", Device), new KeyValuePair<string, object?>("sbnn.slot.state", "free")),
        new(_taken, new("sbnn.device", Device), new KeyValuePair<string, object?>("sbnn.slot.state", "taken")),
    ];

    private IEnumerable<Measurement<int>> CountWaiting() =>
    [
        new(_forSlot, new KeyValuePair<string, object?>("sbnn.waiting.reason", "free-slot")),
        new(_forIdleNode, new KeyValuePair<string, object?>("sbnn.waiting.reason", "idle-node")),
        new(_forBackoff, new KeyValuePair<string, object?>("sbnn.waiting.reason", "backoff")),
    ];

    private static IEnumerable<Measurement<int>> CountNodes(NodeBoard nodes, TimeProvider time)
    {
        var standing = nodes.Nodes.CountBy(node => node.StandsAt(time.GetUtcNow(), isDraining: false).State)
            .ToDictionary();
        return Enum.GetValues<NodeState>().Where(static state => state != NodeState.Draining)
            .Select(state => new Measurement<int>(
            standing.GetValueOrDefault(state),
            new KeyValuePair<string, object?>("sbnn.node.state", Knobs.WordOf(state))));
    }

}
