namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// The state of a sweep as far as its report depends on it. Values of running trials are not part of it.
/// </summary>
/// <param name="Sweep">The sweep's summary without the time left, which no report shows.</param>
/// <param name="Attempts">The number of attempts of the sweep's trials.</param>
public sealed record ReportState(SweepSummary Sweep, long Attempts);
