using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>
/// Looks once a second whether the ledger has changed, and tells the open pages: however many there are, they cost
/// nothing while nothing
/// happens. The list of sweeps is read once for all of them.
/// </summary>
internal sealed partial class SweepFeed(
    SweepViewReader views, LedgerReader ledger, TimeProvider time, ILogger<SweepFeed> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRedraw = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly LedgerWatch _watch = ledger.Watch();
    private ImmutableList<Func<Task>> _redraws = [];
    private IReadOnlyList<SweepSummary> _sweeps = [];
    private bool _isStale;
    private bool _isUnreadable;
    private long _version;
    private long _announced;

    /// <summary>
    /// True when this is the last thing that the pages are told: their browsers must have it before they return.
    /// </summary>
    public bool IsEnding { get; private set; }

    /// <summary>All sweeps as they stand now.</summary>
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

    /// <summary>Calls <paramref name="redraw"/> after changes, once a second at most, until disposed.</summary>
    public IDisposable Subscribe(Func<Task> redraw)
    {
        ImmutableInterlocked.Update(ref _redraws, static (all, one) => all.Add(one), redraw);
        return new Subscription(() =>
            ImmutableInterlocked.Update(ref _redraws, static (all, one) => all.Remove(one), redraw));
    }

    /// <summary>The open pages show how the run ended: told before the host closes their connections.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        IsEnding = true;
        _announced = -1;
        try
        {
            await AnnounceAsync().WaitAsync(LastRedraw, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSlowPages(LastRedraw.TotalSeconds);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _watch.Dispose();
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace, time);
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
            // The pages read for themselves, and show what they then meet.
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
            LogNotRedrawn(error); // One page must not end the run.
        }
    }

    [LoggerMessage(LogLevel.Warning, "A page of the dashboard could not be redrawn")]
    private partial void LogNotRedrawn(Exception error);

    [LoggerMessage(LogLevel.Error, "The dashboard cannot read the ledger, and tries again: {Reason}")]
    private partial void LogNotRead(Exception? error, string reason);

    [LoggerMessage(LogLevel.Information, "Some page of the dashboard did not show the end within {Seconds} s")]
    private partial void LogSlowPages(double seconds);

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
