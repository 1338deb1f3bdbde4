using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>
/// Checks once a second whether the ledger has changed, and notifies the open pages only after a change. Otherwise open
/// pages would cause work although nothing changes. The list of sweeps is read once for all pages.
/// </summary>
internal sealed partial class SweepFeed(
    SweepViewReader views, LedgerReader ledger, TimeProvider time, ILogger<SweepFeed> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRedrawTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly LedgerWatch _watch = ledger.Watch();
    private readonly CancellationTokenSource _ending = new();
    private ImmutableList<Func<Task>> _redraws = [];
    private IReadOnlyList<SweepSummary> _sweeps = [];
    private bool _isStale;
    private bool _isUnreadable;
    private long _version;
    private long _announced;

    /// <summary>Cancelled before the last redraw.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>True during the last redraw, when each page must wait until its browser has drawn the page.</summary>
    public bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>All sweeps in their current state.</summary>
    public async Task<IReadOnlyList<SweepSummary>> ReadSweepsAsync()
    {
        await _reading.WaitAsync();
        try
        {
            _isStale |= await _watch.HasChangedAsync();
            if (!_isStale) return _sweeps;
            _sweeps = await views.ReadSweepsAsync();
            _isStale = false;
            _version++;
            return _sweeps;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Calls <paramref name="redraw"/> after changes, at most once a second, until disposed.</summary>
    public IDisposable Subscribe(Func<Task> redraw)
    {
        ImmutableInterlocked.Update(ref _redraws, static (all, one) => all.Add(one), redraw);
        return new Subscription(() =>
            ImmutableInterlocked.Update(ref _redraws, static (all, one) => all.Remove(one), redraw));
    }

    /// <summary>Redraws the open pages within a second, although the ledger has not changed.</summary>
    public void RequestRedraw() => _announced = -1;

    /// <summary>
    /// Redraws the open pages a last time, before the host closes their connections, so that they show how the run
    /// ended.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        _announced = -1;
        try
        {
            await AnnounceAsync().WaitAsync(LastRedrawTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlowPages(LastRedrawTimeout.TotalSeconds);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _watch.Dispose();
        _ending.Dispose();
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(CheckInterval, time);
        while (await pace.WaitForNextTickAsync(stoppingToken)) await AnnounceAsync();
    }

    private async Task AnnounceAsync()
    {
        if (_redraws.IsEmpty) return;
        try
        {
            await ReadSweepsAsync();
            _isUnreadable = false;
            if (_announced == _version) return;
        }
        catch (Exception error)
        {
            // The pages are notified anyway: each reads the ledger itself and shows the error.
            if (!_isUnreadable) LogNotRead(LedgerUnavailableException.TraceOf(error), error.Message);
            _isUnreadable = true;
        }

        _announced = _version;
        await Task.WhenAll(_redraws.Select(RedrawAsync));
    }

    private async Task RedrawAsync(Func<Task> redraw)
    {
        try
        {
            await redraw();
        }
        catch (Exception error)
        {
            LogNotRedrawn(error); // An error of one page must not end the run.
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page of the dashboard could not be redrawn")]
    private partial void LogNotRedrawn(Exception error);

    [LoggerMessage(LogLevel.Error, "The dashboard cannot read the ledger and retries: {Reason}")]
    private partial void LogNotRead(Exception? error, string reason);

    [LoggerMessage(LogLevel.Information, "A page of the dashboard did not show the end of the run within {Seconds} s")]
    private partial void LogSlowPages(double seconds);

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
