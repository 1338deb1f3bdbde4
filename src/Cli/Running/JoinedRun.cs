using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// A run on a home that has a head already: the head trains, this one watches in the ledger. When the head goes before the sweep is over,
/// the lock is free, and whoever takes it is the next head.
/// </summary>
internal sealed class JoinedRun(RunOptions options, SweepSubmission submission, LedgerPatience patience)
{
    /// <summary>Submits the sweep to the head, unless everything is trained.</summary>
    public async Task SubmitAsync(HeadApi api, HeadMark head, Action<string> say, CancellationToken stop)
    {
        using var ledger = LedgerReader.Open(options.Home.Ledger);
        if (await ledger.IsFinishedAsync(submission)) return;
        var revision = await api.SubmitAsync(submission, stop);
        say($"joined the sbnn that runs here ({head}); its slots and threads are what counts");
        say(RunWording.Recorded(revision));
        if (options.RetryFailed && await api.RetryFailedAsync(submission.Name, stop) is { Retried: > 0 } again) say($"{Wording.Count(again.Retried, "failed trial")} tried again");
    }

    /// <summary>Watches until the sweep is over or a stop is asked for; then null. Or until the head is gone: then this is the next one.</summary>
    public async Task<FolderLock?> WatchAsync(LedgerReader ledger, IProgressView view, CancellationToken stop)
    {
        FolderLock? taken = null;
        await view.ShowAsync(async show =>
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            do
            {
                if (await patience.TryReadAsync(ledger, submission.Name) is { } progress)
                {
                    show(progress);
                    if (progress.IsOver) return;
                }

                if (stop.IsCancellationRequested) return;
                taken = options.Home.TryBecomeHead();
            }
            while (taken is null && await tick.WaitForNextTickAsync(CancellationToken.None));
        });
        return taken;
    }
}
