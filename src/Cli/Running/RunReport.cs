using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>The end of a run: the table, what did not work, how to go on, and the exit code.</summary>
internal sealed class RunReport(
    RunOptions options, CommandConsole console, LedgerReader ledger, SweepViewReader views, LedgerRetry retry)
{
    /// <summary>Prints and writes the report of a sweep; gives the exit code.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="isLeft">True when a joined run leaves a head that goes on.</param>
    public async Task<int> WriteAsync(string sweep, bool isLeft)
    {
        var outcome = (await retry.UntilUsableAsync(() => ledger.FindOutcomeAsync(sweep)))!;
        var failed = (await retry.UntilUsableAsync(() =>
            views.FindAsync(sweep, PageRequest.AllOf(TrialState.Failed))))!;
        var table = SweepTable.Of(outcome);
        if (console.IsPlain) console.Say(MarkdownTable.Render(table));
        else TerminalTable.Write(console.Terminal, table);
        // What cannot be written was at least seen.
        await ReportWriter.WriteAsync(outcome, table, Path.Combine(options.Out, sweep));
        console.Say($"written to {Path.Combine(options.Out, sweep, "table.md")}");
        SayFailures(failed);
        if (failed.Summary.HasEnded) return failed.Total == 0 ? ExitCode.Done : ExitCode.SomeFailed;

        console.Say(failed.Summary.DesiredState == DesiredState.Cancelled
            ? $"{sweep} was cancelled; results that are there stay, and the same command makes it active again"
            : isLeft ? Leaving(sweep) : "stopped; the same command goes on from here");
        return ExitCode.Interrupted;
    }

    private string Leaving(string sweep) => options.Home.TryFindHead(out var head)
        ? $"left; {sweep} goes on as long as the sbnn that runs here does ({head}); "
            + $"`{options.Home.Command($"pause {sweep}")}` stops it"
        : "left; no other sbnn runs here any more: the same command goes on from here";

    private void SayFailures(SweepView failed)
    {
        if (failed.Total == 0) return;
        foreach (var line in FailureWording.Tell(failed)) console.Say(line);
        var spec = SpecFile.IsLasting(options.Spec) ? options.Spec : "<spec>"; // What a pipe held is gone.
        console.Say(FailureWording.Advice(failed, $"{options.Home.Command($"run {spec}")} --retry-failed"));
    }
}
