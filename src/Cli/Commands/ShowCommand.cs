using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Head;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
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
        var progress = await ledger.FindProgressAsync(name) ?? throw await UnknownSweep.OfAsync(name, ledger);
        var head = call.Home.TryFindHead(out var found) ? found : null;
        var wanting = WantingOf(await ledger.ReadOpenAsync());
        var now = TimeProvider.System.GetUtcNow();
        var why = progress.Trials.Select(trial => StateWording.Why(
            trial, progress, wanting.GetValueOrDefault(trial.Key), head is not null, IsTraining(call.Home, trial), now)).ToList();
        var failures = await ledger.ReadFailuresAsync(name);
        call.Print(AsJson(call.Home, progress, head, why, failures), () => Lines(call.Home, progress, head, why, failures));
        return ExitCode.Done;
    }

    // The active sweep on whose behalf a trial runs or waits.
    private static Dictionary<TrialKey, string> WantingOf(OpenTrials open) => open.Waiting
        .Concat(open.Running.Where(static running => running.IsWanted).Select(static running => running.Trial))
        .ToDictionary(static trial => trial.Key, static trial => trial.Sweep);

    private static bool IsTraining(HomeFolder home, TrialProgress trial) =>
        trial.State == TrialState.Running && FolderLock.IsHeld(TrialFolder.Of(home.Trials, trial.Key, trial.Attempt).Lock);

    // As the HTTP API gives it, with the head, and why each trial stands where it does.
    private static JsonObject AsJson(
        HomeFolder home, SweepProgress progress, HeadMark? head, IReadOnlyList<string?> why, IReadOnlyList<TrialFailure> failures)
    {
        var failureOf = failures.ToDictionary(static failure => failure.Trial);
        var json = JsonSerializer.SerializeToNode(progress, SbnnJson.Options)!.AsObject();
        if (head is not null) json.Add("head", JsonSerializer.SerializeToNode(HeadPrinted.Of(head), SbnnJson.Options));
        var trials = json["trials"]!.AsArray();
        for (var i = 0; i < why.Count; i++)
        {
            if (why[i] is { } words) trials[i]!["why"] = words;
            if (failureOf.TryGetValue(progress.Trials[i].Key, out var failure))
                trials[i]!["failure"] = JsonSerializer.SerializeToNode(FailurePrinted.Of(failure, home), SbnnJson.Options);
        }

        return json;
    }

    private static IEnumerable<string> Lines(
        HomeFolder home, SweepProgress progress, HeadMark? head, IReadOnlyList<string?> why, IReadOnlyList<TrialFailure> failures)
    {
        var labels = new TrialLabels(progress.Trials.Select(static trial => trial.Spec));
        yield return $"{ProgressWording.Summary(progress)}; revision {progress.Revision}, {Knobs.WordOf(progress.DesiredState)}, priority {progress.Priority}";
        if (StateWording.Standstill(progress, home) is { } standstill) yield return standstill;
        else if (head is null && !progress.IsOver) yield return $"no sbnn runs on {home.Path}: `{home.Command("run <spec>")}` goes on";
        string[] headers = ["trial", .. labels.Headers, "state", "attempt", "epoch", "top-1", "node", "why"];
        var rows = progress.Trials.Select((trial, i) => (IReadOnlyList<string>)
        [
            trial.Key.Short, .. labels.Of(trial.Spec), Knobs.WordOf(trial.State), trial.Attempt == 0 ? "" : trial.Attempt.ToString(CultureInfo.InvariantCulture),
            ProgressWording.Epoch(trial), ProgressWording.Accuracy(trial), trial.Node?.Value ?? "", why[i] ?? "",
        ]);
        foreach (var line in Printed.Columns(headers, rows)) yield return line;
        foreach (var line in FailureWording.Tell(failures, progress, home)) yield return line;
    }
}

/// <summary>A failed trial's last attempt in the verb's JSON.</summary>
/// <param name="Ending">The cause.</param>
/// <param name="ExitCode">The exit code, 128 + signal for signals, if known.</param>
/// <param name="Signal">The signal that ended it, if one did.</param>
/// <param name="Stderr">The end of standard error.</param>
/// <param name="Logs">The folder of its logs, on the node that ran it.</param>
internal sealed record FailurePrinted(AttemptEnding Ending, int? ExitCode, int? Signal, string? Stderr, string Logs)
{
    public static FailurePrinted Of(TrialFailure failure, HomeFolder home) =>
        new(failure.Ending, failure.ExitCode, failure.Signal, failure.StderrTail, FailureWording.LogsOf(failure, home));
}
