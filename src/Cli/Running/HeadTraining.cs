using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Reporting;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// The training by the home's head: its silo trains this run's sweep, and whatever others submit to it meanwhile.
/// </summary>
internal sealed class HeadTraining(
    RunOptions options, CommandConsole console, TrainerProgram trainer, SweepLedger ledger, LedgerRetry retry,
    TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Trains until the sweep is over or a stop is asked for, and leaves no trainer behind.</summary>
    public async Task TrainAsync(SweepSubmission submission, bool isSubmitted, IProgressView view)
    {
        await trainer.CheckAsync(stop);
        foreach (var fault in SiloTelemetry.TurnOffFaultyExports()) console.Warn(fault);
        if (SharedFileSystem.Warning(options.Home) is { } shared) console.Warn(shared);
        var node = NodeSettings.Of(
            options.Home, options.Slots, options.Threads, options.DataRoot, trainer, options.Grace, options.Gpus);
        var tables = Path.GetFullPath(Path.Combine(options.Out, submission.Name));
        var settings = new HeadSettings(options.Home, options.DataRoot, trainer.Path, options.Grace, options.Port,
            tables, options.Verbose)
        { Node = node };
        await using var silo = await SiloHost.StartAsync(settings, ledger);
        var head = options.Home.Announce(silo.Address);
        try
        {
            console.Say($"dashboard: {options.Home.FindDashboard(head)}");
            console.Say($"API: {silo.Address}/api/v1/sweeps/{submission.Name}");
            if (!isSubmitted) await SubmitAsync(silo, submission);
            using var watch = new SweepViewReader(ledger.Reader, silo.Facts, time).Watch(submission.Name);
            await view.ShowAsync(watch, look => WatchAsync(silo, look));
            await TellOfOthersAsync(submission.Name);
        }
        catch (LedgerUnavailableException error) when (!error.IsPassing && ledger.Writer.FindLoss() is { } loss)
        {
            await silo.AbandonTrainersAsync(); // Nothing that they do from now on could be recorded.
            throw loss; // A reader may have met it first, and in other words.
        }
        finally
        {
            options.Home.Retract();
        }
    }

    private async Task SubmitAsync(SiloHost silo, SweepSubmission submission)
    {
        var sweep = silo.Grains.GetGrain<ISweepGrain>(submission.Name);
        try
        {
            console.Say(RunWording.Recorded((await retry.UntilUsableAsync(() => sweep.SubmitAsync(submission)))
                .ToContract()));
            if (options.RetryFailed && await retry.UntilUsableAsync(sweep.RetryFailedAsync) is > 0 and var retried)
                console.Say($"{Wording.Count(retried, "failed trial")} tried again");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The ledger may stay locked for long, and is not needed to stop.
            ledger.Writer.StopWaitingForLocks();
            await silo.Grains.GetGrain<ISchedulerGrain>(0).DrainAsync();
            throw;
        }
    }

    private async Task WatchAsync(SiloHost silo, Func<Task<SweepSummary>> look)
    {
        using var tick = new PeriodicTimer(BetweenLooks, time);
        var loss = new LedgerLossWatch(ledger, time);
        await using var reports = new LiveReports(ledger.Reader, options.Home.Reports, console, time);
        while (await tick.WaitForNextTickAsync(CancellationToken.None))
        {
            loss.Demand();
            _ = reports.LookAsync();
            var shown = await retry.TryAsync(look);
            if (!stop.IsCancellationRequested && shown is not { IsOver: true }) continue;

            // No trainer is left behind: those of other sweeps write checkpoints, and a joined run or their own next
            // one goes on.
            var scheduler = silo.Grains.GetGrain<ISchedulerGrain>(0);
            await scheduler.DrainAsync();
            if (await scheduler.CountOccupiedAsync() == 0) return;
        }
    }

    private async Task TellOfOthersAsync(string sweep)
    {
        foreach (var other in await retry.UntilUsableAsync(() => ledger.Reader.ReadSweepsAsync()))
        {
            if (other.Name == sweep || other is not { DesiredState: DesiredState.Active, Counts.Waiting: > 0 })
                continue;
            var left = Wording.Count(other.Counts.Waiting, "trial");
            console.Say($"{other.Name} has {left} left: an sbnn that joined for it goes on, else "
                + $"`{options.Home.Command("run <spec>")}`");
        }
    }
}
