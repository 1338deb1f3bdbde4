using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Looks at one sweep again and again. It is read only when it may have changed, and rarely enough that reading
/// and showing take about half a
/// percent of the time, however large the sweep is. Not for several threads at once.
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
    /// Reads a page of trials and shows it, when it is time for that; gives the sweep as it was shown last.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<SweepSummary> ShowPageAsync(PageRequest page, Action<SweepView> show) =>
        ShowAsync(() => _watched.FindAsync(page), show);

    /// <summary>
    /// Reads the trials that changed since the last time and shows them, when it is time for that; gives the sweep as
    /// it was shown last. The
    /// first time, all trials are read.
    /// </summary>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public Task<SweepSummary> ShowChangesAsync(Action<SweepView> show) => ShowAsync(_watched.FindChangesAsync, show);

    public void Dispose() => _watched.Dispose();

    private async Task<SweepSummary> ShowAsync(Func<Task<SweepView?>> read, Action<SweepView> show)
    {
        _isStale |= await _watched.HasChangedAsync();
        if (_latest is not null && (!_isStale || _time.GetElapsedTime(_shownAt) < _pause)) return _latest;
        var begun = _time.GetTimestamp();
        var view = await read() ?? throw new InvalidOperationException($"sweep {_sweep} is no longer there");
        (_isStale, _latest) = (false, view.Summary);
        show(view);
        _shownAt = _time.GetTimestamp();
        var pause = 199 * _time.GetElapsedTime(begun, _shownAt);
        _pause = pause < LongestPause ? pause : LongestPause;
        return _latest;
    }
}
