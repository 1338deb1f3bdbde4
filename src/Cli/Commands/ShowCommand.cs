using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn show NAME</c>: one sweep's trials, and for each that is not finished, why.</summary>
internal sealed class ShowCommand : HomeCommand
{
    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    public ShowCommand(CommandConsole console)
        : base(console, "show", "List a sweep's trials: state, attempt, epoch, accuracy, node, and what each waits for.") => Add(_sweep);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        using var ledger = call.OpenLedger();
        var name = call.Get(_sweep);
        var views = new SweepViewReader(ledger, new HomeFacts(call.Home), TimeProvider.System);
        var sweep = await views.FindAsync(name, PageRequest.All) ?? throw await UnknownSweep.OfAsync(name, ledger);
        var head = call.Home.TryFindHead(out var found) ? found : null;
        call.Print(AsJson(sweep, head), () => Lines(call.Home, sweep, head));
        return ExitCode.Done;
    }

    // The sweep and its trials as the HTTP API has them, and the head.
    private static JsonObject AsJson(SweepView sweep, HeadMark? head)
    {
        var json = JsonSerializer.SerializeToNode(sweep.Summary.ToContract(), SbnnJson.Options)!.AsObject();
        if (head is not null) json.Add("head", JsonSerializer.SerializeToNode(HeadPrinted.Of(head), SbnnJson.Options));
        json.Add("trials", JsonSerializer.SerializeToNode(sweep.Trials.Select(ContractMapping.ToContract), SbnnJson.Options));
        return json;
    }

    private static IEnumerable<string> Lines(HomeFolder home, SweepView sweep, HeadMark? head)
    {
        var summary = sweep.Summary;
        yield return $"{ProgressWording.Summary(summary)}; revision {summary.Revision}, {Knobs.WordOf(summary.DesiredState)}, priority {summary.Priority}";
        if (StateWording.Standstill(summary, home) is { } standstill) yield return standstill;
        else if (head is null && !summary.IsOver) yield return $"no sbnn runs on {home.Path}: `{home.Command("run <spec>")}` goes on";
        string[] headers = ["trial", .. sweep.Labels.Headers, "state", "attempt", "epoch", "top-1", "node", "why"];
        foreach (var line in Printed.Columns(headers, sweep.Trials.Select(trial => Row(trial, sweep.Labels)))) yield return line;
        foreach (var line in FailureWording.Tell(sweep)) yield return line;
    }

    private static IReadOnlyList<string> Row(TrialView view, TrialLabels labels)
    {
        var trial = view.Progress;
        return
        [
            trial.Key.Short, .. labels.Of(trial.Spec), Knobs.WordOf(trial.State),
            trial.Attempt == 0 ? "" : trial.Attempt.ToString(CultureInfo.InvariantCulture),
            ProgressWording.Epoch(trial), ProgressWording.Accuracy(trial), trial.Node?.Value ?? "", view.Reason?.Words ?? "",
        ];
    }
}
