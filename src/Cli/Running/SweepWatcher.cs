using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// Watches a sweep until it is over and prints its table. While the head does not answer or the ledger cannot be read,
/// it retries for 15 minutes, in which a machine can restart.
/// </summary>
internal sealed class SweepWatcher(
    ISweepTarget place, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(15);

    private long? _failingSince;

    /// <summary>Watches the sweep; returns the exit code that <c>run</c> would return.</summary>
    public async Task<int> RunAsync(string sweep)
    {
        IProgressView view = console.IsPlain
            ? new PlainProgress(console.Output, place.Command)
            : new LiveProgress(console.Terminal, place.Command);
        var isOver = false;
        using (var watch = place.Reads.Watch(sweep))
            await view.ShowAsync(watch, async refresh => isOver = await WatchAsync(refresh));
        if (isOver) return await ReportAsync(sweep);
        console.Say($"stopped watching; {sweep} continues. To watch it again: `{place.Command($"watch {sweep}")}`");
        return ExitCode.Interrupted;
    }

    // Returns true when the sweep is over, false when a stop was requested.
    private async Task<bool> WatchAsync(Func<Task<SweepSummary>> refresh)
    {
        using var tick = new PeriodicTimer(RefreshInterval, time);
        do
        {
            if (await TryAsync(refresh) is { IsOver: true }) return true;
            if (stop.IsCancellationRequested) return false;
        }
        while (await tick.WaitForNextTickAsync(CancellationToken.None));
        return false;
    }

    private async Task<SweepSummary?> TryAsync(Func<Task<SweepSummary>> refresh)
    {
        try
        {
            var shown = await refresh().WaitAsync(stop);
            if (_failingSince is not null) console.Warn("the connection works again");
            _failingSince = null;
            return shown;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (
            error is HeadUnreachableException or LedgerUnavailableException { IsTransient: true })
        {
            if (_failingSince is null) console.Warn($"{error.Message}; retrying");
            _failingSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_failingSince.Value) > RetryTimeout) throw;
            return null;
        }
    }

    private async Task<int> ReportAsync(string sweep)
    {
        if (await place.Reads.FindReportAsync(sweep) is { } table) console.Say(table);
        var failed = await place.Reads.FindAsync(sweep, PageRequest.AllOf(TrialState.Failed))
            ?? throw await UnknownSweep.OfAsync(sweep, place.Reads);
        foreach (var line in FailureWording.Lines(failed)) console.Say(line);
        if (failed.Total > 0) console.Say(FailureWording.Advice(failed, place.Command($"retry {sweep}")));
        if (failed.Summary.HasEnded) return failed.Total == 0 ? ExitCode.Done : ExitCode.SomeFailed;
        console.Say($"{sweep} was {EnumWords.Of(DesiredState.Cancelled)}; existing results are kept");
        return ExitCode.Interrupted;
    }
}
