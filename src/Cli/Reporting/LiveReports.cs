using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Reporting;

/// <summary>
/// Keeps the reports of a home up to date while its head runs: after a commit that changes the trials of a sweep, the
/// files of that sweep are written, in the background and at most once a second. Not for several threads at once.
/// </summary>
/// <param name="ledger">The home's ledger.</param>
/// <param name="folder">The folder below which each sweep has a folder of its name.</param>
/// <param name="console">Prints a warning when files cannot be written.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveReports(LedgerReader ledger, string folder, CommandConsole console, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly LedgerWatch _watch = ledger.Watch();
    private readonly Dictionary<string, SweepSummary> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private Task _work = Task.CompletedTask;
    private bool _isDue;
    private TimeSpan _pause;
    private long _endedAt;

    /// <summary>
    /// Starts to write what has changed, unless the last writing has not ended or ended less than a second ago.
    /// Completes when the writing does; callers need not wait.
    /// </summary>
    public Task LookAsync()
    {
        if (!_work.IsCompleted || time.GetElapsedTime(_endedAt) < _pause) return _work;
        _work.GetAwaiter().GetResult(); // A bug is reported where the head runs.
        return _work = WriteAsync();
    }

    /// <summary>Writes what has changed since the last writing, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _work;
        await WriteAsync();
        _watch.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            _isDue |= await _watch.HasChangedAsync();
            if (!_isDue) return;
            var begun = time.GetTimestamp();
            // The time left is not compared, because it changes with every epoch, and no report shows it.
            foreach (var sweep in (await ledger.ReadSweepsAsync()).Select(static sweep =>
                sweep with { TimeLeft = null }))
            {
                if (_written.GetValueOrDefault(sweep.Name) != sweep) await WriteAsync(sweep);
            }

            _isDue = false;
            _endedAt = time.GetTimestamp();
            var took = time.GetElapsedTime(begun, _endedAt);
            _pause = took > ShortestPause ? took : ShortestPause;
        }
        catch (LedgerUnavailableException)
        {
            // The next look tries again. If the ledger is lost for good, the head notices that elsewhere and ends.
        }
    }

    private async Task WriteAsync(SweepSummary sweep)
    {
        if (await ledger.FindOutcomeAsync(sweep.Name) is not { } outcome) return;
        _written[sweep.Name] = sweep;
        try
        {
            await ReportWriter.WriteAsync(
                outcome, SweepTable.Of(outcome), Path.Combine(folder, sweep.Name), isDurable: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or BadInputException)
        {
            if (_warned.Add(sweep.Name))
                console.Warn($"{folder}: the report of {sweep.Name} cannot be written: {error.Message}");
        }
    }
}
