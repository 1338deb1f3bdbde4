using System.Diagnostics.Metrics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Grains;

/// <summary>What the head measures: trials, slots, waiting, and what the trainers on all nodes report.</summary>
internal sealed class GrainInstruments
{
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _epochDuration;
    private readonly Histogram<double> _throughput;
    private readonly Counter<long> _ended;
    private volatile int _free;
    private volatile int _taken;

    public GrainInstruments(IMeterFactory meters, LedgerReader ledger)
    {
        var meter = meters.Create(typeof(GrainInstruments).Assembly.GetName().Name!);
        meter.CreateObservableUpDownCounter("sbnn.trials", () => CountTrials(ledger), "{trial}", "Trials in the ledger, by state.");
        meter.CreateObservableUpDownCounter("sbnn.slots", CountSlots, "{slot}", "Slots of all nodes, free and taken.");
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

    /// <summary>How many slots there are now.</summary>
    public void SetSlots(int free, int taken) => (_free, _taken) = (free, taken);

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
        new(_free, new KeyValuePair<string, object?>("sbnn.slot.state", "free")),
        new(_taken, new KeyValuePair<string, object?>("sbnn.slot.state", "taken")),
    ];
}
