using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Reporting;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
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
/// Training in the home's head. Its silo trains this run's sweep and every sweep that other commands submit to it
/// meanwhile.
/// </summary>
internal sealed class HeadTraining(
    RunOptions options, CommandConsole console, TrainerProgram trainer, SweepLedger ledger, LedgerRetry retry,
    TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Trains until the sweep is over or a stop is requested, and leaves no trainer running.</summary>
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
        var head = options.Home.WriteHeadFile(silo.Address);
        try
        {
            console.Say($"dashboard: {options.Home.FindDashboard(head)}");
            console.Say($"API: {silo.Address}/api/v1/sweeps/{submission.Name}");
            if (!isSubmitted) await SubmitAsync(silo, submission);
            using var watch = new SweepViewReader(ledger.Reader, silo.Facts, time).Watch(submission.Name);
            await view.ShowAsync(watch, refresh => WatchAsync(silo, refresh));
            await CallHooksAsync(silo, submission.Name);
            await ReportOtherSweepsAsync(submission.Name);
        }
        catch (LedgerUnavailableException error) when (!error.IsTransient && ledger.Writer.FindLoss() is { } loss)
        {
            // The ledger is lost, so nothing the trainers do from now on could be recorded.
            await silo.AbandonTrainersAsync();
            throw loss; // A reader may have failed first with a less specific message.
        }
        finally
        {
            options.Home.RemoveHeadFile();
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
                console.Say($"retrying {Wording.Count(retried, "failed trial")}");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopping does not need the ledger, which may stay locked for a long time.
            ledger.Writer.StopWaitingForLocks();
            await silo.Grains.GetGrain<ISchedulerGrain>(0).DrainAsync();
            throw;
        }
    }

    private async Task WatchAsync(SiloHost silo, Func<Task<SweepSummary>> refresh)
    {
        using var tick = new PeriodicTimer(RefreshInterval, time);
        var loss = new LedgerLossWatch(ledger, time);
        await using var reports = new LiveReports(ledger.Reader, options.Home.Reports, console, time);
        while (await tick.WaitForNextTickAsync(CancellationToken.None))
        {
            loss.ThrowIfLost();
            _ = reports.LookAsync();
            var shown = await retry.TryAsync(refresh);
            if (!stop.IsCancellationRequested && shown is not { IsOver: true }) continue;

            // No trainer may keep running. Trainers of other sweeps write checkpoints, from which a joined run or their
            // own next run resumes.
            var scheduler = silo.Grains.GetGrain<ISchedulerGrain>(0);
            await scheduler.DrainAsync();
            if (await scheduler.CountOccupiedAsync() == 0) return;
        }
    }

    private async Task CallHooksAsync(SiloHost silo, string sweep)
    {
        if (stop.IsCancellationRequested) return;
        var named = await retry.UntilUsableAsync(() => ledger.Reader.ReadHooksAsync(sweep));
        if (named.Count(static hook => hook.State == HookState.Pending) is > 0 and var due)
            console.Say($"calling {Wording.Count(due, "hook")}");
        await retry.UntilUsableAsync(async token =>
        {
            await silo.CallHooksAsync(token);
            return true;
        });
        foreach (var hook in await retry.UntilUsableAsync(() => ledger.Reader.ReadHooksAsync(sweep)))
        {
            if (hook.State == HookState.Failed) console.Warn(HookWording.Describe(hook));
            else console.Say(HookWording.Describe(hook));
        }
    }

    private async Task ReportOtherSweepsAsync(string sweep)
    {
        foreach (var other in await retry.UntilUsableAsync(() => ledger.Reader.ReadSweepsAsync()))
        {
            if (other.Name == sweep || other is not { DesiredState: DesiredState.Active, Counts.Waiting: > 0 })
                continue;
            var left = Wording.Count(other.Counts.Waiting, "trial");
            console.Say($"{other.Name} has {left} left; a run that joined for it continues, otherwise use "
                + $"`{options.Home.Command("run <spec>")}`");
        }
    }
}
