using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>A run that is the home's head: its silo trains this sweep, and whatever others submit to it meanwhile.</summary>
internal sealed class HeadRun(RunOptions options, TrainerProgram trainer, SweepLedger ledger, LedgerPatience patience)
{
    /// <summary>Trains until the sweep is over or a stop is asked for, and leaves no trainer behind.</summary>
    public async Task TrainAsync(SweepSubmission submission, bool isSubmitted, IProgressView view, Action<string> say, CancellationToken stop)
    {
        var node = new NodeSettings(
            options.Home.NameNode(), options.Slots, options.Threads, options.Home.Trials, options.DataRoot, trainer.Path, options.Grace);
        await using var silo = await SiloHost.StartAsync(
            node, ledger, options.Port, Path.GetFullPath(Path.Combine(options.Out, submission.Name)), options.Verbose);
        options.Home.Announce(silo.Address);
        try
        {
            say($"dashboard: {silo.Address}/");
            say($"API: {silo.Address}/api/sweeps/{submission.Name}");
            if (!isSubmitted) await SubmitAsync(silo.Grains.GetGrain<ISweepGrain>(submission.Name), submission, say);
            await view.ShowAsync(show => WatchAsync(silo, submission.Name, show, stop));
            await TellOfOthersAsync(submission.Name, say);
        }
        finally
        {
            options.Home.Retract();
        }
    }

    private async Task SubmitAsync(ISweepGrain sweep, SweepSubmission submission, Action<string> say)
    {
        say(RunWording.Recorded(await patience.OutlastAsync(() => sweep.SubmitAsync(submission))));
        if (options.RetryFailed && await patience.OutlastAsync(sweep.RetryFailedAsync) is > 0 and var retried) say($"{Wording.Count(retried, "failed trial")} tried again");
    }

    private async Task WatchAsync(SiloHost silo, string sweep, Action<SweepProgress> show, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await tick.WaitForNextTickAsync(CancellationToken.None))
        {
            var progress = await patience.TryReadAsync(ledger.Reader, sweep);
            if (progress is not null) show(progress);
            if (!stop.IsCancellationRequested && progress is not { IsOver: true }) continue;

            // No trainer is left behind: those of other sweeps write checkpoints, and a joined run or their own next one goes on.
            var scheduler = silo.Grains.GetGrain<ISchedulerGrain>(0);
            await scheduler.DrainAsync();
            if (await scheduler.CountOccupiedAsync() == 0) return;
        }
    }

    private async Task TellOfOthersAsync(string sweep, Action<string> say)
    {
        foreach (var other in await patience.OutlastAsync(ledger.Reader.ReadSweepsAsync))
        {
            if (other.Name != sweep && other is { DesiredState: DesiredState.Active, Waiting: > 0 })
                say($"{other.Name} has {Wording.Count(other.Waiting, "trial")} left: an sbnn that joined for it goes on, else `{options.Home.Command("run <spec>")}`");
        }
    }
}
