using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>Messages that report what a change of a sweep did, in counts.</summary>
internal static class ChangeWording
{
    /// <summary>The message after <c>pause</c>, <c>resume</c> and <c>cancel</c>.</summary>
    public static string Of(Changed<ChangedDesiredState> changed, ISweepTarget place)
    {
        var change = changed.Change;
        var failed = changed.After.Counts.Failed;
        var effects = Wording.Listed(
            ", ",
            Withdrawn(change),
            Wording.Some(change.Requeued, "waiting again"));
        var kept = change.Now == DesiredState.Active
            ? null
            : Wording.Listed(
                ", ",
                change.Finished > 0
                    ? $"{change.Finished} finished {(change.Finished == 1 ? "keeps its result" : "keep their results")}"
                    : null,
                Shared(changed.After, failed, change) is > 0 and var shared
                    ? $"{shared} {(shared == 1 ? "continues" : "continue")} for other sweeps" : null);
        var sentence = Wording.Listed(
            "; ",
            effects.Length > 0 ? effects : change.Before == change.Now ? null : "no trial changes",
            kept?.Length > 0 ? kept : null,
            change.Now == DesiredState.Active && failed > 0
                ? $"{failed} failed; `{place.Command($"retry {changed.After.Name}")}` retries them"
                : null);
        var name = changed.After.Name;
        return Wording.Listed(
            "\n",
            $"{name} is {StateText(change)}{(sentence.Length > 0 ? $": {sentence}" : "")}",
            changed.Head is null && change.Stopping > 0
                ? $"{place.Status}; a trainer that still runs exits after its grace period, or the next sbnn stops it"
                : null,
            change.Now == DesiredState.Active ? Idle(changed.Head, changed.After, place) : null);
    }

    /// <summary>The message after <c>retry</c>.</summary>
    public static string Of(Changed<RetriedTrials> changed, ISweepTarget place) => Wording.Listed(
        "\n",
        changed.Change.Retried == 0
            ? $"{changed.After.Name} has no failed trials"
            : $"{changed.After.Name}: retrying {Wording.Count(changed.Change.Retried, "failed trial")}",
        changed.Change.Retried == 0 ? null : SweepStateWording.WhyInactive(changed.After, place.Command)
        ?? Idle(changed.Head, changed.After, place));

    /// <summary>The message after <c>priority</c>.</summary>
    public static string Of(Changed<ChangedPriority> changed) => changed.Change.Before == changed.Change.Now
        ? $"{changed.After.Name} already has priority {changed.Change.Now}"
        : $"{changed.After.Name} has priority {changed.Change.Now} (it was {changed.Change.Before})";

    private static string? Withdrawn(ChangedDesiredState change) => change switch
    {
        { Stopping: 0, Withdrawn: 0 } => null,
        { Stopping: 0 } => $"{Wording.Count(change.Withdrawn, "trial")} withdrawn",
        { Withdrawn: 0 } => $"{Wording.Count(change.Stopping, "running trial")} withdrawn; {Stop(change.Stopping)}",
        _ => $"{change.Withdrawn + change.Stopping} trials withdrawn, {change.Stopping} of them running; "
            + Stop(change.Stopping),
    };

    private static string Stop(int running) =>
        running == 1 ? "its trainer saves a checkpoint and stops" : "their trainers save checkpoints and stop";

    // Counts the trials that continue because another sweep needs them, too: those that have not ended and were neither
    // withdrawn nor stopped. The trials' states cannot show this, because stopping trials may have stopped by now.
    private static int Shared(SweepSummary after, int failed, ChangedDesiredState change) =>
        change.Before == DesiredState.Active
        ? Math.Max(0, after.Counts.Trials - change.Finished - failed - change.Withdrawn - change.Stopping)
        : 0;

    private static string? Idle(HeadOutput? head, SweepSummary sweep, ISweepTarget place) =>
        head is null && !sweep.IsOver
        ? $"{place.Status}, so nothing trains now; `{place.Command($"run <the spec of {sweep.Name}>")}` continues the "
            + "sweep"
        : null;

    private static string StateText(ChangedDesiredState change) => (change.Before == change.Now, change.Now) switch
    {
        (true, var state) => $"already {EnumWords.Of(state)}",
        (false, DesiredState.Active) => "active again",
        (false, var state) => EnumWords.Of(state),
    };
}
