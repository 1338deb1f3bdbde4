using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Telemetry;
using Sbnn.Sweeps.Silo.Trainers;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// <c>sbnn run</c> from the spec to the table, as the home's head or joined to it. Everything that can be wrong with the input is found
/// before anything starts; what is trained already is not trained again; and the table comes from the ledger alone.
/// </summary>
internal sealed class RunSession(RunOptions options)
{
    private const int LatestResults = 2000; // More than are committed at once, with some to spare.

    private readonly IProgressView _view = Console.IsOutputRedirected
        ? new PlainProgress(Console.Out, options.Home)
        : new LiveProgress(AnsiConsole.Console, options.Home);

    public async Task<int> RunAsync()
    {
        using var stop = new StopSignal();
        var spec = SpecReader.Read(options.Spec);
        DemandRoomForTables(spec.Name);
        var trainer = TrainerProgram.Find();
        try
        {
            var expansion = spec.Expand(await ImagePreparation.PrepareAsync(trainer, spec, options.DataRoot, Preparation(), Say, stop.Requested));
            Say(Describe(spec, expansion));
            var submission = SweepSubmission.Of(spec, await File.ReadAllTextAsync(options.Spec), expansion) with { TraceParent = SiloTelemetry.CallerTrace };
            var patience = new LedgerPatience(stop.Requested);
            var joined = new JoinedRun(options, submission, patience);
            var head = await patience.OutlastAsync(() => new Headship(options.Home, Say).DoAsync<FolderLock?>(
                static mine => Task.FromResult<FolderLock?>(mine),
                async (api, other) =>
                {
                    await joined.SubmitAsync(api, other, Say, stop.Requested);
                    return null;
                },
                stop.Requested));
            return head is null
                ? await FollowAsync(joined, submission, trainer, patience, stop.Requested)
                : await LeadAsync(head, submission, isSubmitted: false, trainer, patience, stop.Requested);
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            Say("stopped; the same command goes on from here");
            return ExitCode.Interrupted;
        }
    }

    private async Task<int> FollowAsync(
        JoinedRun joined, SweepSubmission submission, TrainerProgram trainer, LedgerPatience patience, CancellationToken stop)
    {
        using var ledger = await patience.OutlastAsync(() => Task.FromResult(LedgerReader.Open(options.Home.Ledger)));
        if (await joined.WatchAsync(ledger, _view, stop) is not { } head)
            return await new RunConclusion(options, patience).WriteAsync(ledger, submission.Name, stop.IsCancellationRequested, isJoined: true);

        // The sweep stays as it is in the ledger: somebody may have paused it, or submitted a newer revision.
        Say("the sbnn that ran here has ended; this one goes on in its place");
        return await LeadAsync(head, submission, isSubmitted: true, trainer, patience, stop);
    }

    private async Task<int> LeadAsync(
        FolderLock head, SweepSubmission submission, bool isSubmitted, TrainerProgram trainer, LedgerPatience patience, CancellationToken stop)
    {
        using var held = head;
        using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
        await using var ledger = await patience.OutlastAsync(
            () => SweepLedger.OpenAsync(options.Home.Ledger, TimeProvider.System, logging.CreateLogger<SweepLedger>()));

        // With everything trained there is nothing to start: the table is printed at once.
        if (isSubmitted || !await patience.OutlastAsync(() => ledger.Reader.IsFinishedAsync(submission)))
        {
            PruneAfter(await patience.OutlastAsync(() => ledger.Reader.ReadLatestResultsAsync(LatestResults)));
            await new HeadRun(options, trainer, ledger, patience).TrainAsync(submission, isSubmitted, _view, Say, stop);
        }

        return await new RunConclusion(options, patience).WriteAsync(ledger.Reader, submission.Name, stop.IsCancellationRequested, isJoined: false);
    }

    // What a killed head had committed and not pruned any more.
    private void PruneAfter(IReadOnlyList<(TrialKey Trial, int Attempt)> results)
    {
        try
        {
            foreach (var (trial, attempt) in results)
            {
                var folder = TrialFolder.Of(options.Home.Trials, trial, attempt);
                if (Directory.Exists(folder.Path)) folder.PruneTrial();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Say($"{error.Message}; `{options.Home.Command("doctor --prune")}` tries again"); // No reason not to train.
        }
    }

    // Known now, not after hours of training.
    private void DemandRoomForTables(string sweep)
    {
        var folder = Path.Combine(options.Out, sweep);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--out: {folder} cannot be made: {error.Message}", error);
        }
    }

    private string Describe(SweepSpec spec, Expansion expansion) =>
        $"{RunWording.Expanded(spec.Name, expansion.Trials.Count, expansion.Excluded, expansion.Merged)}; {options.Slots} at once, {Wording.Count(options.Threads, "thread")} each";

    private static IPreparationView Preparation() =>
        Console.IsOutputRedirected ? new PlainPreparation(Console.Out) : new LivePreparation(AnsiConsole.Console);

    private static void Say(string line) => Console.Out.WriteLine(line);
}
