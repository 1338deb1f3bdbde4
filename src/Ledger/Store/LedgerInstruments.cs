using System.Diagnostics.Metrics;

namespace Sbnn.Sweeps.Ledger.Store;

/// <summary>The ledger's metrics.</summary>
internal static class LedgerInstruments
{
    private static readonly Meter Meter = new(typeof(LedgerInstruments).Assembly.GetName().Name!);

    // The buckets reach from a flush on a fast disk to a wait for another process's lock.
    private static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "sbnn.ledger.commit.duration", "s", "Time to commit a group of writes durably.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]
        });

    private static readonly Histogram<long> CommitSize = Meter.CreateHistogram(
        "sbnn.ledger.commit.size", "{write}", "Writes committed together.",
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });

    /// <summary>Records that a group of writes is durable.</summary>
    public static void Committed(int writes, TimeSpan duration)
    {
        CommitDuration.Record(duration.TotalSeconds);
        CommitSize.Record(writes);
    }
}
