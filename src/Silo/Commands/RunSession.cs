using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Silo.Terminal;
using Sbnn.Sweeps.Silo.Trainers;
using Spectre.Console;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary>
/// <c>sbnn run</c> from the spec to the table. Everything that can be wrong with the input is found before anything starts; what is
/// trained already is not trained again; and the table comes from the ledger alone.
/// </summary>
internal sealed class RunSession(RunOptions options)
{
    private readonly string _ledgerPath = Path.Combine(options.Home, "ledger.db");

    public async Task<int> RunAsync()
    {
        using var stop = new StopSignal();
        var spec = SpecReader.Read(options.Spec);
        var trainer = TrainerProgram.Find();
        Directory.CreateDirectory(options.Home);
        using var head = FolderLock.TryTake(Path.Combine(options.Home, "head.lock"))
            ?? throw new BadInputException($"--home: {options.Home} is in use by another sbnn; let it end, or give this one a --home of its own");

        try
        {
            var expansion = spec.Expand(await PrepareAsync(spec, trainer, stop.Requested));
            Say(Describe(spec, expansion));
            using var logging = LoggerFactory.Create(builder => SbnnLogging.Configure(builder, options.Verbose));
            await using var ledger = await SweepLedger.OpenAsync(_ledgerPath, TimeProvider.System, logging.CreateLogger<SweepLedger>());
            if (options.RetryFailed) await ledger.Writer.RetryFailedAsync(spec.Name);
            var submission = SweepSubmission.Of(spec, await File.ReadAllTextAsync(options.Spec), expansion);

            // With everything trained there is nothing to start: the table is printed at once.
            if (!await ledger.Reader.IsFinishedAsync(submission)) await TrainAsync(submission, trainer, ledger, stop.Requested);
            return await ConcludeAsync(spec, ledger, stop.Requested.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested)
        {
            Say("stopped; the same command goes on from here");
            return ExitCode.Interrupted;
        }
    }

    private async Task<IReadOnlyDictionary<DatasetPlace, string>> PrepareAsync(
        SweepSpec spec, TrainerProgram trainer, CancellationToken stop)
    {
        IPreparationView view = Console.IsOutputRedirected ? new PlainPreparation(Console.Out) : new LivePreparation(AnsiConsole.Console);
        var digests = new Dictionary<DatasetPlace, string>();
        foreach (var place in spec.Datasets())
        {
            var prepared = await view.ShowAsync(trainer.PrepareAsync(new PrepareRequest(place.Dataset, place.Folder, options.DataRoot), stop));
            digests.Add(place, prepared.Digest);
            Say(Wording.Images(place, prepared));
        }

        return digests;
    }

    private async Task TrainAsync(SweepSubmission submission, TrainerProgram trainer, SweepLedger ledger, CancellationToken stop)
    {
        var node = new NodeSettings(
            Environment.MachineName, options.Slots, options.Threads, Path.Combine(options.Home, "trials"), options.DataRoot, trainer.Path);
        await using var silo = await SiloHost.StartAsync(
            node, ledger, options.Port, Path.GetFullPath(Path.Combine(options.Out, submission.Name)), options.Verbose, stop);
        Say($"dashboard: {silo.Address}/");
        Say($"API: {silo.Address}/api/sweeps/{submission.Name}");
        await silo.Grains.GetGrain<ISweepGrain>(submission.Name).SubmitAsync(submission);
        IProgressView view = Console.IsOutputRedirected ? new PlainProgress(Console.Out) : new LiveProgress(AnsiConsole.Console);
        await view.ShowAsync(show => WatchAsync(silo, ledger.Reader, submission.Name, show, stop));
    }

    private static async Task WatchAsync(
        SiloHost silo, LedgerReader ledger, string sweep, Action<SweepProgress> show, CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (await tick.WaitForNextTickAsync(CancellationToken.None))
        {
            var progress = await ledger.FindProgressAsync(sweep) ?? throw new InvalidOperationException($"the ledger lost sweep {sweep}");
            show(progress);
            if (!stop.IsCancellationRequested && !progress.Trials.All(static trial => trial.State.IsSettled())) continue;

            // No trainer is left behind: those of other sweeps on this ledger write checkpoints and wait for their own run.
            var scheduler = silo.Grains.GetGrain<ISchedulerGrain>(0);
            await scheduler.DrainAsync();
            if (await scheduler.CountOccupiedAsync() == 0) return;
        }
    }

    private async Task<int> ConcludeAsync(SweepSpec spec, SweepLedger ledger, bool interrupted)
    {
        var table = await ReportWriter.WriteAsync(ledger.Reader, spec.Name, Path.Combine(options.Out, spec.Name));
        if (Console.IsOutputRedirected) Console.Out.WriteLine(MarkdownTable.Render(table));
        else TerminalTable.Write(AnsiConsole.Console, table);
        Say($"written to {Path.Combine(options.Out, spec.Name, "table.md")}");
        var progress = await ledger.Reader.FindProgressAsync(spec.Name);
        var failed = progress!.Trials.Where(static trial => trial.State == TrialState.Failed).ToList();
        if (interrupted && progress.Trials.Any(static trial => !trial.State.IsSettled()))
        {
            Say("stopped; the same command goes on from here");
            return ExitCode.Interrupted;
        }

        if (failed.Count == 0) return ExitCode.Done;
        var labels = new TrialLabels(progress.Trials.Select(static trial => trial.Spec));
        foreach (var trial in failed)
            Say($"failed: {trial.Key.Short} ({string.Join(' ', labels.Of(trial.Spec))}): {trial.Reason}; its logs are in {TrialFolder.Of(Path.Combine(options.Home, "trials"), trial.Key, trial.Attempt).Path}");
        Say($"{failed.Count} failed; to try them again: sbnn run {options.Spec} --retry-failed");
        return ExitCode.SomeFailed;
    }

    private string Describe(SweepSpec spec, Expansion expansion)
    {
        var parts = new List<string> { $"{spec.Name}: {expansion.Trials.Count} trials" };
        if (expansion.Excluded > 0) parts.Add($"{expansion.Excluded} grid points excluded");
        if (expansion.Merged > 0) parts.Add($"{expansion.Merged} equal to another and merged");
        parts.Add($"{options.Slots} at once, {options.Threads} thread{(options.Threads == 1 ? "" : "s")} each");
        return string.Join("; ", parts);
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
