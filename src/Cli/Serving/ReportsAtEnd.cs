using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// Writes each sweep's report when the sweep ends, and again when it ends with more. Not for several threads at once.
/// </summary>
/// <param name="ledger">Where the sweeps are.</param>
/// <param name="folder">Below it each sweep has a folder of its name.</param>
/// <param name="console">Is told what is written, and what cannot be.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportsAtEnd(LedgerReader ledger, string folder, CommandConsole console, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, SweepSummary> _written = new(StringComparer.Ordinal);
    private TimeSpan _pause;
    private long _lookedAt;

    /// <summary>
    /// Looks for sweeps that have ended, when it is time for that: reading takes about a percent of the time, however
    /// many there are.
    /// </summary>
    public async Task LookAsync()
    {
        if (time.GetElapsedTime(_lookedAt) < _pause) return;
        var begun = time.GetTimestamp();
        await WriteAsync();
        _lookedAt = time.GetTimestamp();
        var pause = 100 * time.GetElapsedTime(begun, _lookedAt);
        _pause = pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }

    /// <summary>
    /// Writes the reports of those that have ended since the last time. What is not written now is tried again when the
    /// sweep changes.
    /// </summary>
    public async Task WriteAsync()
    {
        try
        {
            foreach (var sweep in await ledger.ReadSweepsAsync())
                if (sweep.IsOver && _written.GetValueOrDefault(sweep.Name) != sweep) await WriteAsync(sweep);
        }
        catch (LedgerUnavailableException error) when (error.IsPassing)
        {
            // It can be read again later.
        }
    }

    private async Task WriteAsync(SweepSummary sweep)
    {
        var into = Path.Combine(folder, sweep.Name);
        if (await ledger.FindOutcomeAsync(sweep.Name) is not { } outcome) return;
        _written[sweep.Name] = sweep;
        try
        {
            await ReportWriter.WriteAsync(outcome, SweepTable.Of(outcome), into);
            console.Say($"{sweep.Name}: written to {Path.Combine(into, "table.md")}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            console.Warn($"--out: the report of {sweep.Name} cannot be written to {into}: {error.Message}");
        }
    }
}
