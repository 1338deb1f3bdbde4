using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// Writes each sweep's report when the sweep ends, and again when the sweep was changed and has ended again. Not
/// thread-safe.
/// </summary>
/// <param name="ledger">Where the sweeps are.</param>
/// <param name="folder">The folder for the reports; each sweep has a subfolder with its name.</param>
/// <param name="console">Reports what is written and what cannot be written.</param>
/// <param name="time">The clock.</param>
internal sealed class ReportsAtEnd(LedgerReader ledger, string folder, CommandConsole console, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, SweepSummary> _written = new(StringComparer.Ordinal);
    private TimeSpan _pause;
    private long _checkedAt;

    /// <summary>
    /// Writes the reports of sweeps that have ended, unless the last check was a short time ago. The pause between
    /// checks is a hundred times the duration of the last one, but at least one and at most ten seconds.
    /// </summary>
    public async Task WriteIfDueAsync()
    {
        if (time.GetElapsedTime(_checkedAt) < _pause) return;
        var begun = time.GetTimestamp();
        await WriteAsync();
        _checkedAt = time.GetTimestamp();
        var pause = 100 * time.GetElapsedTime(begun, _checkedAt);
        _pause = pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
    }

    /// <summary>
    /// Writes the reports of the sweeps that have ended since the last call. A report that cannot be written is retried
    /// when its sweep changes.
    /// </summary>
    public async Task WriteAsync()
    {
        try
        {
            foreach (var sweep in await ledger.ReadSweepsAsync())
                if (sweep.IsOver && _written.GetValueOrDefault(sweep.Name) != sweep) await WriteAsync(sweep);
        }
        catch (LedgerUnavailableException error) when (error.IsTransient)
        {
            // The next call reads the ledger again.
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
            console.Say($"{sweep.Name}: report written to {Path.Combine(into, "index.html")}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            console.Warn($"--out: the report of {sweep.Name} cannot be written to {into}: {error.Message}");
        }
    }
}
