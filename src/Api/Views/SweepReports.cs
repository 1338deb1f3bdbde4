using System.Collections.Concurrent;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// The reports of sweeps as they are now. A report is rendered again only when the sweep's state in the ledger has
/// changed, and the reports that were read last are kept in memory.
/// </summary>
public sealed class SweepReports(LedgerReader ledger, TimeProvider time)
{
    private const int MostKept = 8;

    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>A sweep's report; null when there is no such sweep.</summary>
    /// <exception cref="BadInputException">The sweep's results cannot be put into the table.</exception>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<RenderedReport?> FindAsync(string sweep)
    {
        if (await ledger.FindReportStateAsync(sweep) is not { } state) return null;
        var kept = _kept.GetOrAdd(sweep, static _ => new Kept());
        kept.UsedAt = time.GetTimestamp();
        await kept.Lock.WaitAsync();
        try
        {
            if (kept.State != state)
            {
                // The state was read before the outcome, so a change in between leads to another rendering.
                if (await ledger.FindOutcomeAsync(sweep) is not { } outcome) return null;
                kept.Report = await Task.Run(() =>
                    new RenderedReport(sweep, ReportFiles.Of(outcome, SweepTable.Of(outcome))));
                kept.State = state;
            }

            return kept.Report;
        }
        finally
        {
            kept.Lock.Release();
            if (_kept.Count > MostKept) _kept.TryRemove(_kept.MinBy(static entry => entry.Value.UsedAt));
        }
    }

    private sealed class Kept
    {
        public SemaphoreSlim Lock { get; } = new(1);

        public ReportState? State { get; set; }

        public RenderedReport? Report { get; set; }

        public long UsedAt { get; set; }
    }
}
