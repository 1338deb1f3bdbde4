using System.CommandLine;
using System.CommandLine.Parsing;
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
    private const int DefaultLimit = 50;
    private const string All = "all";

    private readonly Argument<string> _sweep = SharedOptions.Sweep();

    private readonly Option<int?> _limit = new("--limit")
    {
        HelpName = "number",
        Description = $"Maximum number of trials to list, or {All}. If not given: {DefaultLimit}, or all with --json.",
        CustomParser = ReadLimit,
    };

    private readonly Option<string> _state =
        SharedOptions.OneOf<TrialState>("--state", fallback: null, "state", "List only the trials in this state.");

    private readonly Option<string> _order = SharedOptions.OneOf<TrialOrder>(
        "--order", TrialOrder.Grid, "order", "The order of the trials; activity: running, failed, waiting, others.");

    public ShowCommand(CommandConsole console)
        : base(
            console, "show",
            "List a sweep's trials: state, attempt, epoch, accuracy, node, and the reason for the state.",
            takesHead: true)
    {
        Add(_sweep);
        foreach (var option in (Option[])[_limit, _state, _order]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var (place, name) = (call.Place, call.Get(_sweep));
        var limit = call.Get(_limit) ?? (call.PrintsJson ? int.MaxValue : DefaultLimit);
        TrialState? state = call.Get(_state) is { } word ? SharedOptions.ValueOf<TrialState>(word) : null;
        var order = SharedOptions.ValueOf<TrialOrder>(call.Get(_order)!);
        var sweep = await place.Reads.FindAsync(name, new PageRequest(0, limit, state, order))
            ?? throw await UnknownSweep.OfAsync(name, place.Reads);
        var hooks = await place.Reads.ReadHooksAsync(name);
        call.Print(AsJson(sweep, hooks, place.Head), () => Lines(place, sweep, hooks));
        return ExitCode.Done;
    }

    private static int? ReadLimit(ArgumentResult read)
    {
        var given = read.Tokens[0].Value;
        if (given == All) return int.MaxValue;
        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0)
            return limit;
        read.AddError($"--limit: {given} is not allowed (allowed: a whole number from 1, or {All})");
        return null;
    }

    // The same JSON as the HTTP API's for the sweep, its hooks and its trials, with the head added.
    private static JsonObject AsJson(SweepView sweep, IReadOnlyList<SweepHook> hooks, HeadOutput? head)
    {
        var json = JsonSerializer.SerializeToNode(sweep.Summary.ToContract(), SbnnJson.Options)!.AsObject();
        if (head is not null) json.Add("head", JsonSerializer.SerializeToNode(head, SbnnJson.Options));
        json.Add("hooks", JsonSerializer.SerializeToNode(hooks, SbnnJson.Options));
        json.Add("trials",
            JsonSerializer.SerializeToNode(sweep.Trials.Select(ContractMapping.ToItem), SbnnJson.Options));
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
        if (sweep.Total > sweep.Trials.Count)
        {
            yield return $"… and {Wording.Count(sweep.Total - sweep.Trials.Count, "more trial")}; `--limit {All}` "
                + "lists all, `--state failed` only the failed ones";
        }

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
