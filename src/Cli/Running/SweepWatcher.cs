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
/// Watches a sweep until it is over, wherever it is, and prints its table. A head that does not answer, or a ledger
/// that cannot be read, is waited for, as
/// long as a machine takes to restart.
/// </summary>
internal sealed class SweepWatcher(
    ISweepTarget place, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private long? _failingSince;

    /// <summary>Gives the exit code, as <c>run</c> would.</summary>
    public async Task<int> RunAsync(string sweep)
    {
        IProgressView view = console.IsPlain
            ? new PlainProgress(console.Output, place.Command)
            : new LiveProgress(console.Terminal, place.Command);
        var isOver = false;
        using (var watch = place.Reads.Watch(sweep))
            await view.ShowAsync(watch, async look => isOver = await WatchAsync(look));
        if (isOver) return await ReportAsync(sweep);
        console.Say($"left; {sweep} continues without this; to watch it again: {place.Command($"watch {sweep}")}");
        return ExitCode.Interrupted;
    }

    // True when the sweep is over, false when a stop was asked for.
    private async Task<bool> WatchAsync(Func<Task<SweepSummary>> look)
    {
        using var tick = new PeriodicTimer(BetweenLooks, time);
        do
        {
            if (await TryAsync(look) is { IsOver: true }) return true;
            if (stop.IsCancellationRequested) return false;
        }
        while (await tick.WaitForNextTickAsync(CancellationToken.None));
        return false;
    }

    private async Task<SweepSummary?> TryAsync(Func<Task<SweepSummary>> look)
    {
        try
        {
            var shown = await look().WaitAsync(stop);
            if (_failingSince is not null) console.Warn("it answers again");
            _failingSince = null;
            return shown;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (
            error is HeadUnreachableException or LedgerUnavailableException { IsPassing: true })
        {
            if (_failingSince is null) console.Warn($"{error.Message}; trying again");
            _failingSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_failingSince.Value) > Patience) throw;
            return null;
        }
    }

    private async Task<int> ReportAsync(string sweep)
    {
        if (await place.Reads.FindReportAsync(sweep) is { } table) console.Say(table);
        var failed = await place.Reads.FindAsync(sweep, PageRequest.AllOf(TrialState.Failed))
            ?? throw await UnknownSweep.OfAsync(sweep, place.Reads);
        foreach (var line in FailureWording.Tell(failed)) console.Say(line);
        if (failed.Total > 0) console.Say(FailureWording.Advice(failed, place.Command($"retry {sweep} --failed")));
        if (failed.Summary.HasEnded) return failed.Total == 0 ? ExitCode.Done : ExitCode.SomeFailed;
        console.Say($"{sweep} was {EnumWords.Of(DesiredState.Cancelled)}; results that are there stay");
        return ExitCode.Interrupted;
    }
}
