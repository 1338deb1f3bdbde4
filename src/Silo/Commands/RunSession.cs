using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Silo.Doctor;
using Sbnn.Sweeps.Silo.Terminal;
using Sbnn.Sweeps.Silo.Trainers;
using Spectre.Console;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary>
/// <c>sbnn run</c> from the spec to the table, as the home's head or joined to it. Everything that can be wrong with the input is found
/// before anything starts; what is trained already is not trained again; and the table comes from the ledger alone.
/// </summary>
internal sealed class RunSession(RunOptions options)
{
    private readonly IProgressView _view = Console.IsOutputRedirected
        ? new PlainProgress(Console.Out, options.Home)
        : new LiveProgress(AnsiConsole.Console, options.Home);

    public async Task<int> RunAsync()
    {
        using var stop = new StopSignal();
        var spec = SpecReader.Read(options.Spec);
        var trainer = TrainerProgram.Find();
        try
        {
            var expansion = spec.Expand(await trainer.PrepareAsync(spec, options.DataRoot, Preparation(), Say, stop.Requested));
            Say(Describe(spec, expansion));
            var submission = SweepSubmission.Of(spec, await File.ReadAllTextAsync(options.Spec), expansion) with { TraceParent = SiloTelemetry.CallerTrace };
            var joined = new JoinedRun(options, submission);
            var head = await new Headship(options.Home, Say).DoAsync<FolderLock?>(
                static mine => Task.FromResult<FolderLock?>(mine),
                async (api, other) =>
                {
                    await joined.SubmitAsync(api, other, Say, stop.Requested);
                    return null;
                },
                stop.Requested);
            return head is null
                ? await FollowAsync(joined, submission, trainer, stop.Requested)
                : await LeadAsync(head, submission, isSubmitted: false, trainer, stop.Requested);
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            Say("stopped; the same command goes on from here");
            return ExitCode.Interrupted;
        }
    }

    private async Task<int> FollowAsync(JoinedRun joined, SweepSubmission submission, TrainerProgram trainer, CancellationToken stop)
    {
        using var ledger = LedgerReader.Open(options.Home.Ledger);
        if (await joined.WatchAsync(ledger, _view, stop) is not { } head)
            return await new RunConclusion(options).WriteAsync(ledger, submission.Name, stop.IsCancellationRequested, isJoined: true);

        // The sweep stays as it is in the ledger: somebody may have paused it, or submitted a newer revision.
        Say("the sbnn that ran here has ended; this one goes on in its place");
        return await LeadAsync(head, submission, isSubmitted: true, trainer, stop);
    }

    private async Task<int> LeadAsync(FolderLock head, SweepSubmission submission, bool isSubmitted, TrainerProgram trainer, CancellationToken stop)
    {
        using var held = head;
        using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
        await using var ledger = await SweepLedger.OpenAsync(options.Home.Ledger, TimeProvider.System, logging.CreateLogger<SweepLedger>());

        // With everything trained there is nothing to start: the table is printed at once.
        if (isSubmitted || !await ledger.Reader.IsFinishedAsync(submission))
        {
            // What a killed head had committed and not removed any more.
            var left = new ArtifactAudit(options.Home.Trials, await ledger.Reader.ReadArtifactsAsync(), options.Home.NameNode(), headLives: true);
            try
            {
                left.Prune();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Say($"{error.Message}; `{options.Home.Command("doctor --prune")}` tries again"); // No reason not to train.
            }

            await new HeadRun(options, trainer, ledger).TrainAsync(submission, isSubmitted, _view, Say, stop);
        }

        return await new RunConclusion(options).WriteAsync(ledger.Reader, submission.Name, stop.IsCancellationRequested, isJoined: false);
    }

    private string Describe(SweepSpec spec, Expansion expansion) =>
        $"{Wording.Expanded(spec.Name, expansion.Trials.Count, expansion.Excluded, expansion.Merged)}; {options.Slots} at once, {Wording.Count(options.Threads, "thread")} each";

    private static IPreparationView Preparation() =>
        Console.IsOutputRedirected ? new PlainPreparation(Console.Out) : new LivePreparation(AnsiConsole.Console);

    private static void Say(string line) => Console.Out.WriteLine(line);
}
