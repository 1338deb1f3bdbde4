using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Reads one sweep repeatedly. The sweep is read only when it may have changed, and so rarely that reading and showing
/// take about half a percent of the time, even for a large sweep. Not thread-safe.
/// </summary>
public sealed class SweepWatch : IDisposable
{
    /// <summary>The longest time between a change and its display.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly IWatchedSweep _watched;
    private readonly string _sweep;
    private readonly TimeProvider _time;
    private SweepSummary? _latest;
    private bool _isStale;
    private TimeSpan _pause;
    private long _shownAt;

    internal SweepWatch(IWatchedSweep watched, string sweep, TimeProvider time) =>
        (_watched, _sweep, _time) = (watched, sweep, time);

    /// <summary>
    /// Reads a page of trials and shows it, if an update is due; returns the sweep as it was last shown.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<SweepSummary> ShowPageAsync(PageRequest page, Action<SweepView> show) =>
        ShowAsync(() => _watched.FindAsync(page), show);

    /// <summary>
    /// Reads the trials that changed since the last update and shows them, if an update is due; returns the sweep as it
    /// was last shown. The first call reads all trials, or from a head up to 1000, the running and failed ones first.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<SweepSummary> ShowChangesAsync(Action<SweepView> show) => ShowAsync(_watched.FindChangesAsync, show);

    public void Dispose() => _watched.Dispose();

    private async Task<SweepSummary> ShowAsync(Func<Task<SweepView?>> read, Action<SweepView> show)
    {
        _isStale |= await _watched.HasChangedAsync();
        if (_latest is not null && (!_isStale || _time.GetElapsedTime(_shownAt) < _pause)) return _latest;
        var begun = _time.GetTimestamp();
        var view = await read() ?? throw new InvalidOperationException($"sweep {_sweep} no longer exists");
        (_isStale, _latest) = (false, view.Summary);
        show(view);
        _shownAt = _time.GetTimestamp();
        var pause = 199 * _time.GetElapsedTime(begun, _shownAt);
        _pause = pause < LongestPause ? pause : LongestPause;
        return _latest;
    }
}
