using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
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
/// <c>sbnn run</c> from the spec to the table, as the home's head or joined to it. Everything that can be wrong with
/// the input is found before anything starts; what is trained already is not trained again; and the table comes from
/// the ledger alone.
/// </summary>
internal sealed class SweepRun(RunOptions options, CommandConsole console, TimeProvider time, CancellationToken stop)
{
    private const int LatestResults = 2000; // More than are committed at once, with some to spare.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly LedgerRetry _retry = new(console, time, stop);
    private readonly IProgressView _view = console.IsPlain
        ? new PlainProgress(console.Output, options.Home.Command)
        : new LiveProgress(console.Terminal, options.Home.Command);

    /// <summary>Gives the exit code.</summary>
    public async Task<int> RunAsync()
    {
        try
        {
            var file = await SpecReader.ReadFileAsync(options.Spec, stop);

            // Known now, not after hours of training.
            var hasFigure = file.Spec.Table.Figure is not null;
            ReportWriter.Prepare(Path.Combine(options.Out, file.Spec.Name), hasFigure);
            var trainer = TrainerProgram.Find();
            var submission = await PrepareAsync(file, trainer);
            using var first = await BecomeHeadOrJoinAsync(submission);
            using var successor = first is null ? await FollowAsync(submission.Name) : null;
            if (first is not null || successor is not null)
                await LeadOrStopAsync(submission, isSubmitted: first is null, trainer);
            return await ReportAsync(submission.Name, isJoined: first is null && successor is null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            console.Say("stopped; the same command goes on from here");
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
            file.Spec.Name, expansion.Trials.Count, expansion.Excluded, expansion.Merged);
        console.Say($"{expanded}; {PlacesWording.Of(options.Slots, options.Gpus, options.Threads)}");
        return SweepSubmission.Of(file.Spec, file.Text, expansion) with { TraceParent = SiloTelemetry.CallerTrace };
    }

    // The head's lock; null: another sbnn is the head, and has the submission.
    private Task<FileLock?> BecomeHeadOrJoinAsync(SweepSubmission submission)
    {
        var headship = new Headship(options.Home, console.Say, time, Timeout.InfiniteTimeSpan);
        return _retry.UntilUsableAsync(token =>
            headship.BecomeOrAskAsync((api, head) => JoinAsync(submission, api, head), token));
    }

    private async Task JoinAsync(SweepSubmission submission, SweepsClient api, HeadIdentity head)
    {
        using var ledger = LedgerReader.Open(options.Home.Ledger);
        if (await ledger.IsFinishedAsync(submission)) return;
        var revision = await api.SubmitAsync(submission.ToRequest(), stop);
        console.Say($"joined the sbnn that runs here ({head}); its slots and threads are what counts");
        console.Say(RunWording.Recorded(revision));
        if (options.RetryFailed && await api.RetryFailedAsync(submission.Name, stop) is { Retried: > 0 } again)
            console.Say($"{Wording.Count(again.Retried, "failed trial")} tried again");
    }

    // The head trains, this run watches in the ledger: until the sweep is over or a stop is asked for, then null; or
    // until the head is gone. Then its lock is free, and whoever takes it is the next head.
    private async Task<FileLock?> FollowAsync(string sweep)
    {
        using var ledger = await _retry.UntilUsableAsync(() => Task.FromResult(LedgerReader.Open(options.Home.Ledger)));
        FileLock? taken = null;
        using var watch = Views(ledger).Watch(sweep);
        await _view.ShowAsync(watch, async look =>
        {
            using var tick = new PeriodicTimer(BetweenLooks, time);
            do
            {
                if (await _retry.TryAsync(look) is { IsOver: true } || stop.IsCancellationRequested) return;
                DemandLedger(); // Becoming the head would make a new home where the old one was removed.
                taken = options.Home.TryBecomeHead();
            }
            while (taken is null && await tick.WaitForNextTickAsync(CancellationToken.None));
        });

        // The sweep stays as it is in the ledger: somebody may have paused it, or submitted a newer revision.
        if (taken is not null) console.Say("the sbnn that ran here has ended; this one goes on in its place");
        return taken;
    }

    private void DemandLedger()
    {
        if (!File.Exists(options.Home.Ledger)) throw LedgerUnavailableException.OfLoss(options.Home.Ledger, "removed");
    }

    // A stop may come before the silo has adopted the trainers that an earlier head left, or before it could record
    // anything.
    private async Task LeadOrStopAsync(SweepSubmission submission, bool isSubmitted, TrainerProgram trainer)
    {
        try
        {
            await LeadAsync(submission, isSubmitted, trainer);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await OrphanedTrainers.StopAsync(options.Home.Trials, time);
            throw;
        }
    }

    private async Task LeadAsync(SweepSubmission submission, bool isSubmitted, TrainerProgram trainer)
    {
        using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
        await using var ledger = await _retry.UntilUsableAsync(
            () => SweepLedger.OpenAsync(options.Home.Ledger, time, logging.CreateLogger<SweepLedger>()));

        // With everything trained there is nothing to start: the table is printed at once.
        if (!isSubmitted && await _retry.UntilUsableAsync(() => ledger.Reader.IsFinishedAsync(submission))) return;
        PruneAfter(await _retry.UntilUsableAsync(() => ledger.Reader.ReadLatestResultsAsync(LatestResults)));
        await new HeadTraining(options, console, trainer, ledger, _retry, time, stop)
            .TrainAsync(submission, isSubmitted, _view);
    }

    // What a killed head had committed and not pruned any more.
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
            // No reason not to train.
            console.Say($"{error.Message}; `{options.Home.Command("doctor --prune")}` tries again");
        }
    }

    private async Task<int> ReportAsync(string sweep, bool isJoined)
    {
        using var ledger = await _retry.UntilUsableAsync(() => Task.FromResult(LedgerReader.Open(options.Home.Ledger)));
        return await new RunReport(options, console, ledger, Views(ledger), _retry)
            .WriteAsync(sweep, isLeft: isJoined && stop.IsCancellationRequested);
    }

    private SweepViewReader Views(LedgerReader ledger) => new(ledger, new HomeFacts(options.Home), time);
}
