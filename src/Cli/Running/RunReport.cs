using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>The end of a run: the table, the failures, how to continue, and the exit code.</summary>
internal sealed class RunReport(
    RunOptions options, CommandConsole console, LedgerReader ledger, SweepViewReader views, LedgerRetry retry)
{
    /// <summary>The last line of a run that the user stopped.</summary>
    public const string StoppedMessage = "stopped; to continue, repeat the command";

    /// <summary>Prints and writes the report of a sweep; returns the exit code.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="isLeft">True when this run had joined another sbnn, which continues to train.</param>
    /// <param name="duration">How long the run took.</param>
    public async Task<int> WriteAsync(string sweep, bool isLeft, TimeSpan duration)
    {
        var outcome = (await retry.UntilUsableAsync(() => ledger.FindOutcomeAsync(sweep)))!;
        var failed = (await retry.UntilUsableAsync(() =>
            views.FindAsync(sweep, PageRequest.AllOf(TrialState.Failed))))!;
        var table = SweepTable.Of(outcome);
        if (console.IsPlain) console.Say(MarkdownTable.Render(table));
        else TerminalTable.Write(console.Terminal, table);
        // The table is printed first, so that the user sees it even when the files cannot be written.
        await ReportWriter.WriteAsync(outcome, table, Path.Combine(options.Out, sweep));
        console.Say($"report written to {Path.Combine(options.Out, sweep, "index.html")}; the run took "
            + Wording.Duration(duration));
        PrintFailures(failed);
        if (failed.Summary.HasEnded) return failed.Total == 0 ? ExitCode.Done : ExitCode.SomeFailed;

        console.Say(failed.Summary.DesiredState == DesiredState.Cancelled
            ? $"{sweep} was cancelled; existing results are kept. To make it active again, repeat the command"
            : isLeft ? LeaveMessage(sweep) : $"{await LeftAsync(sweep)}{StoppedMessage}");
        return ExitCode.Interrupted;
    }

    private async Task<string> LeftAsync(string sweep)
    {
        var left = (await retry.UntilUsableAsync(() =>
            views.FindAsync(sweep, PageRequest.AllOf(TrialState.Waiting))))!;
        var resuming = left.Trials.Count(static trial => trial.Progress.ResumesOn is not null);
        return left.Total == 0 ? ""
            : $"{Wording.Count(left.Total, "trial")} left, {resuming} of them with a checkpoint; ";
    }

    private string LeaveMessage(string sweep) => options.Home.TryFindHead(out var head)
        ? $"detached; {sweep} continues in the sbnn that runs here ({head}); "
            + $"`{options.Home.Command($"pause {sweep}")}` stops it"
        : "detached; no other sbnn runs here now. To continue, repeat the command";

    private void PrintFailures(SweepView failed)
    {
        if (failed.Total == 0) return;
        foreach (var line in FailureWording.Lines(failed)) console.Say(line);
        // A spec from a pipe cannot be read a second time, so the command cannot name it.
        var spec = SpecFile.CanBeReread(options.Spec) ? options.Spec : "<spec>";
        console.Say(FailureWording.Advice(failed, $"{options.Home.Command($"run {spec}")} --retry-failed"));
    }
}
