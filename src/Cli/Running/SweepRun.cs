using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// <c>sbnn run</c> from the spec to the table, as the home's head or joined to it. All errors of the input are found
/// before anything starts. Finished trials are not trained again. The table is made from the ledger alone.
/// </summary>
internal sealed class SweepRun(RunOptions options, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    // The number of latest results whose folders are pruned at the start of a run. One transaction commits fewer
    // results, so none of a killed head's last transaction is missed.
    private const int LatestResults = 2000;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);

    private readonly LedgerRetry _retry = new(console, time, stop);
    private readonly IProgressView _view = console.IsPlain
        ? new PlainProgress(console.Output, options.Home.Command)
        : new LiveProgress(console.Terminal, options.Home.Command);

    /// <summary>Runs the sweep; returns the exit code.</summary>
    public async Task<int> RunAsync()
    {
        var begun = time.GetTimestamp();
        try
        {
            var file = await SpecReader.ReadFileAsync(options.Spec, stop);

            // The output folder is checked now, because an error after hours of training would come too late.
            ReportWriter.Prepare(Path.Combine(options.Out, file.Spec.Name));
            var trainer = TrainerProgram.Find();
            var submission = await PrepareAsync(file, trainer);
            using var first = await BecomeHeadOrJoinAsync(submission);
            using var successor = first is null ? await FollowAsync(submission.Name) : null;
            if (first is not null || successor is not null)
                await TrainAsHeadOrStopAsync(submission, isSubmitted: first is null, trainer);
            return await ReportAsync(submission.Name, isJoined: first is null && successor is null,
                begun);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.Say(RunReport.StoppedMessage);
            return ExitCode.Interrupted;
        }
    }

    private async Task<SweepSubmission> PrepareAsync(SpecFile file, TrainerProgram trainer)
    {
        IPreparationView view = console.IsPlain ? new PlainPreparation(console.Output)
            : new LivePreparation(console.Terminal);
        var images = await ImagePreparation.PrepareAsync(trainer, file.Spec, options.DataRoot, view, console.Say, stop);
        var expansion = file.Spec.Expand(images.Digests);
        foreach (var hint in SpecHints.Of([.. expansion.Trials.Select(static trial => trial.Spec)],
            images.TrainImagesOf))
            console.Warn(hint);
        var expanded = SubmissionWording.Expanded(
            file.Spec.Name, expansion.Trials.Select(static trial => trial.Spec), expansion.Excluded, expansion.Merged);
        console.Say($"{expanded}; {PlacesWording.Of(options.Slots, options.Gpus, options.Threads)}");
        return SweepSubmission.Of(file.Spec, file.Text, expansion) with { TraceParent = SiloTelemetry.CallerTrace };
    }

    // Returns the head's lock, or null when another sbnn is the head and has the submission.
    private Task<FileLock?> BecomeHeadOrJoinAsync(SweepSubmission submission)
    {
        var headship = new Headship(options.Home, console.Say, time, Timeout.InfiniteTimeSpan);
        return _retry.UntilUsableAsync(token =>
            headship.BecomeHeadOrAskAsync((api, head) => JoinAsync(submission, api, head), token));
    }

    private async Task JoinAsync(SweepSubmission submission, SweepsClient api, HeadIdentity head)
    {
        using var ledger = LedgerReader.Open(options.Home.Ledger);
        if (await ledger.IsFinishedAsync(submission))
        {
            SayFinished(submission);
            return;
        }

        var revision = await api.SubmitAsync(submission.ToRequest(), stop);
        console.Say($"joined the sbnn that runs here ({head}); its slots and threads apply");
        console.Say(RunWording.Recorded(revision));
        if (options.RetryFailed && await api.RetryFailedAsync(submission.Name, stop) is { Retried: > 0 } again)
            console.Say($"retrying {Wording.Count(again.Retried, "failed trial")}");
    }

    // Follows a sweep that another process, the head, trains: this run watches the ledger. Returns null when the sweep
    // is over or a stop is requested. When the head is gone, its lock is free, and the process that takes the lock is
    // the next head. If that is this process, the method returns the lock.
    private async Task<FileLock?> FollowAsync(string sweep)
    {
        using var ledger = await _retry.UntilUsableAsync(() => Task.FromResult(LedgerReader.Open(options.Home.Ledger)));
        FileLock? taken = null;
        using var watch = Views(ledger).Watch(sweep);
        await _view.ShowAsync(watch, async refresh =>
        {
            using var tick = new PeriodicTimer(RefreshInterval, time);
            do
            {
                if (await _retry.TryAsync(refresh) is { IsOver: true } || stop.IsCancellationRequested) return;
                // Without this check, this process would become the head of a new, empty home in place of the removed
                // one.
                ThrowIfLedgerRemoved();
                taken = options.Home.TryBecomeHead();
            }
            while (taken is null && await tick.WaitForNextTickAsync(CancellationToken.None));
        });

        // The sweep is not submitted again, because another user may have paused it or submitted a newer revision.
        if (taken is not null) console.Say("the sbnn that ran here has ended; this run continues its training");
        return taken;
    }

    private void ThrowIfLedgerRemoved()
    {
        if (!File.Exists(options.Home.Ledger)) throw LedgerUnavailableException.OfLoss(options.Home.Ledger, "removed");
    }

    // A stop may come before the silo has adopted the trainers of an earlier head; this method then stops those
    // trainers.
    private async Task TrainAsHeadOrStopAsync(SweepSubmission submission, bool isSubmitted, TrainerProgram trainer)
    {
        try
        {
            await TrainAsHeadAsync(submission, isSubmitted, trainer);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await OrphanedTrainers.StopAsync(options.Home.Trials, time);
            throw;
        }
    }

    private async Task TrainAsHeadAsync(SweepSubmission submission, bool isSubmitted, TrainerProgram trainer)
    {
        using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
        await using var ledger = await _retry.UntilUsableAsync(
            () => SweepLedger.OpenAsync(options.Home.Ledger, time, logging.CreateLogger<SweepLedger>()));

        // When every trial is finished, nothing is started and the table is printed immediately.
        // A killed head may have left hooks to call.
        if (!isSubmitted && await _retry.UntilUsableAsync(() => ledger.Reader.IsFinishedAsync(submission))
            && !await HasPendingHooksAsync(ledger.Reader, submission.Name))
        {
            SayFinished(submission);
            return;
        }

        PruneAfter(await _retry.UntilUsableAsync(() => ledger.Reader.ReadLatestResultsAsync(LatestResults)));
        await new HeadTraining(options, console, trainer, ledger, _retry, time, stop)
            .TrainAsync(submission, isSubmitted, _view);
    }

    private async Task<bool> HasPendingHooksAsync(LedgerReader ledger, string sweep) =>
        (await _retry.UntilUsableAsync(() => ledger.ReadHooksAsync(sweep)))
            .Any(static hook => hook.State == HookState.Pending);

    private void SayFinished(SweepSubmission submission) =>
        console.Say($"{submission.Name}: all trials are finished; nothing to train");

    // A killed head may have committed results without pruning their folders.
    private void PruneAfter(IReadOnlyList<AttemptId> results)
    {
        try
        {
            foreach (var result in results)
            {
                var folder = AttemptFolder.Of(options.Home.Trials, result.Trial, result.Attempt);
                if (Directory.Exists(folder.Path)) folder.PruneTrial();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Pruning only frees disk space, so an error must not prevent the training.
            console.Say($"{error.Message}; to retry: `{options.Home.Command("doctor --prune")}`");
        }
    }

    private async Task<int> ReportAsync(string sweep, bool isJoined, long begun)
    {
        using var ledger = await _retry.UntilUsableAsync(() => Task.FromResult(LedgerReader.Open(options.Home.Ledger)));
        return await new RunReport(options, console, ledger, Views(ledger), _retry)
            .WriteAsync(sweep, isLeft: isJoined && stop.IsCancellationRequested, time.GetElapsedTime(begun));
    }

    private SweepViewReader Views(LedgerReader ledger) => new(ledger, new HomeFacts(options.Home), time);
}
