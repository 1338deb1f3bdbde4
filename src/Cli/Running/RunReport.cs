using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;
using Spectre.Console;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>The end of a run: the table, what did not work, how to go on, and the exit code.</summary>
internal sealed class RunConclusion(RunOptions options, LedgerPatience patience)
{
    public async Task<int> WriteAsync(LedgerReader ledger, string sweep, bool isStopped, bool isJoined)
    {
        var outcome = (await patience.OutlastAsync(() => ledger.FindOutcomeAsync(sweep)))!;
        var progress = (await patience.OutlastAsync(() => ledger.FindProgressAsync(sweep)))!;
        var failed = await patience.OutlastAsync(() => ledger.ReadFailuresAsync(sweep));
        var table = SweepTable.Of(outcome);
        if (Console.IsOutputRedirected) Console.Out.WriteLine(MarkdownTable.Render(table));
        else TerminalTable.Write(AnsiConsole.Console, table);
        await ReportWriter.WriteAsync(outcome, table, Path.Combine(options.Out, sweep)); // What cannot be written was at least seen.
        Say($"written to {Path.Combine(options.Out, sweep, "table.md")}");
        TellOfFailures(progress, failed);
        if (progress.Trials.All(static trial => trial.State is TrialState.Finished or TrialState.Failed))
            return failed.Count == 0 ? ExitCode.Done : ExitCode.SomeFailed;

        Say(progress.DesiredState == DesiredState.Cancelled
            ? $"{sweep} was cancelled; results that are there stay, and the same command makes it active again"
            : isJoined && isStopped ? Leaving(sweep) : "stopped; the same command goes on from here");
        return ExitCode.Interrupted;
    }

    private string Leaving(string sweep) => options.Home.TryFindHead(out var head)
        ? $"left; {sweep} goes on as long as the sbnn that runs here does ({head}); `{options.Home.Command($"pause {sweep}")}` stops it"
        : "left; no other sbnn runs here any more: the same command goes on from here";

    private void TellOfFailures(SweepProgress progress, IReadOnlyCollection<TrialFailure> failed)
    {
        if (failed.Count == 0) return;
        foreach (var line in FailureWording.Tell(failed, progress, options.Home)) Say(line);
        Say($"{failed.Count} failed; to try them again: {options.Home.Command($"run {options.Spec}")} --retry-failed");
    }

    private static void Say(string line) => Console.Out.WriteLine(line);
}
