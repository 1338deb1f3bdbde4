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
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn show NAME</c>: lists a sweep's trials, and the reason why each unfinished trial is not finished.
/// </summary>
internal sealed class ShowCommand : HomeCommand
{
    private const int DigestDigits = 12;

    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    public ShowCommand(CommandConsole console)
        : base(
            console, "show",
            "List a sweep's trials: state, attempt, epoch, accuracy, node, and the reason for the state.",
            takesHead: true) => Add(_sweep);

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (place, name) = (call.Place, call.Get(_sweep));
        var sweep = await place.Reads.FindAsync(name, PageRequest.All)
            ?? throw await UnknownSweep.OfAsync(name, place.Reads);
        var hooks = await place.Reads.ReadHooksAsync(name);
        call.Print(AsJson(sweep, hooks, place.Head), () => Lines(place, sweep, hooks));
        return ExitCode.Done;
    }

    // The same JSON as the HTTP API's for the sweep, its hooks and its trials, with the head added.
    private static JsonObject AsJson(SweepView sweep, IReadOnlyList<SweepHook> hooks, HeadOutput? head)
    {
        var json = JsonSerializer.SerializeToNode(sweep.Summary.ToContract(), SbnnJson.Options)!.AsObject();
        if (head is not null) json.Add("head", JsonSerializer.SerializeToNode(head, SbnnJson.Options));
        json.Add("hooks", JsonSerializer.SerializeToNode(hooks, SbnnJson.Options));
        json.Add("trials",
            JsonSerializer.SerializeToNode(sweep.Trials.Select(ContractMapping.ToContract), SbnnJson.Options));
        return json;
    }

    private static IEnumerable<string> Lines(ISweepTarget place, SweepView sweep, IReadOnlyList<SweepHook> hooks)
    {
        var summary = sweep.Summary;
        yield return $"{ProgressWording.Summary(sweep)}; revision {summary.Revision}, "
            + $"{EnumWords.Of(summary.DesiredState)}, priority {summary.Priority}";
        if (SweepStateWording.WhyInactive(summary, place.Command) is { } inactive) yield return inactive;
        else if (place.Head is null && !summary.IsOver)
            yield return $"{place.Status}; `{place.Command("run <spec>")}` continues the sweep";
        foreach (var hook in hooks) yield return HookWording.Describe(hook);
        var hasWeights = sweep.Trials.Any(static trial => trial.Progress.LastWeights is not null);
        string[] headers =
        [
            "trial", .. sweep.Labels.Headers, "state", "attempt", "epoch", "top-1",
            .. hasWeights ? (string[])["weights"] : [], "node", "why",
        ];
        foreach (var line in TextOutput.Columns(
            headers, sweep.Trials.Select(trial => Row(trial, sweep.Labels, hasWeights))))
            yield return line;
        foreach (var line in FailureWording.Lines(sweep)) yield return line;
    }

    private static IReadOnlyList<string> Row(TrialView view, TrialLabels labels, bool hasWeights)
    {
        var trial = view.Progress;
        return
        [
            trial.Key.Short, .. labels.Of(trial.Spec), ProgressWording.State(trial),
            trial.Attempt == 0 ? "" : trial.Attempt.ToString(CultureInfo.InvariantCulture),
            ProgressWording.Epoch(trial), ProgressWording.Accuracy(trial),
            .. hasWeights ? (string[])[Weights(trial)] : [], trial.Node?.Value ?? "", ProgressWording.Reason(view),
        ];
    }

    // The first digits of the kept weights' digests. The JSON has all of them.
    private static string Weights(TrialProgress trial) => Wording.Listed(", ",
        trial.BestWeights is { } best ? $"best {string.Concat(best.Take(DigestDigits))}" : null,
        trial.LastWeights is { } last ? $"last {string.Concat(last.Take(DigestDigits))}" : null);
}
