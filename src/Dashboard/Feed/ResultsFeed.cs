using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>
/// Reads the results of sweeps for the open pages. Reading a large sweep takes up to a second, so it happens in the
/// background, for one sweep at a time, once for all pages, and pauses several times as long as it took. Sweeps that no
/// page shows are not read.
/// </summary>
internal sealed partial class ResultsFeed(
    LedgerReader ledger, SweepViewReader views, SweepFeed feed, TimeProvider time, ILogger<ResultsFeed> logger)
    : IDisposable
{
    /// <summary>How long a page waits for the first results of a sweep before it is shown without them.</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitsLifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _reading = new(1, 1);

    /// <summary>
    /// The latest results of a sweep; null while they are read for the first time. When they are outdated, newer ones
    /// are read, and the pages are redrawn when they are there.
    /// </summary>
    public async Task<SweepResults?> FindAsync(SweepSummary sweep)
    {
        var entry = _entries.GetOrAdd(sweep.Name, static _ => new Entry());
        Task refresh;
        lock (entry)
        {
            if (!IsStale(entry, sweep)) return entry.Latest;
            if (entry.Refresh.IsCompleted) entry.Refresh = RefreshAsync(entry, sweep);
            refresh = entry.Refresh;
        }

        if (feed.IsEnding) await refresh; // The page is drawn for the last time.
        else if (entry.Latest is null) await Task.WhenAny(refresh, Task.Delay(FirstWait, time));
        return entry.Latest;
    }

    public void Dispose() => _reading.Dispose();

    private bool IsStale(Entry entry, SweepSummary sweep) => entry.Latest is not { } latest || !latest.AreOf(sweep)
        || (sweep.Counts.Waiting > 0 && time.GetUtcNow() - latest.ReadAt > WaitsLifetime);

    private async Task RefreshAsync(Entry entry, SweepSummary sweep)
    {
        await PauseAsync(entry);
        await _reading.WaitAsync();
        var begun = time.GetTimestamp();
        try
        {
            entry.Latest = await ReadAsync(entry.Latest, sweep);
            feed.RequestRedraw();
        }
        catch (LedgerUnavailableException)
        {
            // The pages show this error themselves, because they read the ledger, too. Their next call repeats this.
        }
        catch (Exception error)
        {
            LogNotRead(sweep.Name, error);
        }
        finally
        {
            var pause = 4 * time.GetElapsedTime(begun);
            entry.Pause = pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
            entry.EndedAt = time.GetTimestamp();
            _reading.Release();
        }
    }

    private async Task PauseAsync(Entry entry)
    {
        if (entry.EndedAt is not { } ended || entry.Pause - time.GetElapsedTime(ended) is not { Ticks: > 0 } left)
            return;
        await Task.Delay(left, time, feed.Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<SweepResults> ReadAsync(SweepResults? latest, SweepSummary sweep)
    {
        var now = time.GetUtcNow();
        var waits = await ReadWaitsAsync(sweep);
        if (latest?.AreOf(sweep) == true) return latest with { ReadAt = now, Waits = waits };
        var outcome = await ledger.FindOutcomeAsync(sweep.Name)
            ?? throw new InvalidOperationException($"sweep {sweep.Name} no longer exists");
        var index = outcome.Revision == sweep.Revision
            ? await views.IndexAsync(sweep)
            : new TrialIndex([.. outcome.Trials.Select(static trial => new KeyedTrial(trial.Key, trial.Spec))]);
        var results = new SweepResults(sweep, now, TrialResults.Of(index, outcome.Trials)) { Waits = waits };
        try
        {
            return results with { Table = ResultTable.Of(outcome) };
        }
        catch (BadInputException error)
        {
            return results with { Problem = error.Message };
        }
    }

    private async Task<WaitCounts> ReadWaitsAsync(SweepSummary sweep)
    {
        if (sweep.Counts.Waiting == 0) return WaitCounts.None;
        var waiting = await views.FindAsync(
            sweep.Name, PageRequest.AllOf(TrialState.Waiting) with { Take = WaitCounts.Most });
        return waiting is null ? WaitCounts.None : WaitCounts.Of(waiting.Trials, waiting.Total);
    }

    [LoggerMessage(LogLevel.Error, "The results of sweep {Sweep} could not be read for the dashboard")]
    private partial void LogNotRead(string sweep, Exception error);

    private sealed class Entry
    {
        public SweepResults? Latest { get; set; }

        public Task Refresh { get; set; } = Task.CompletedTask;

        public TimeSpan Pause { get; set; }

        public long? EndedAt { get; set; }
    }
}
