using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>What a change of a sweep did, in counts.</summary>
internal static class ChangeWording
{
    /// <summary>After <c>pause</c>, <c>resume</c> and <c>cancel</c>.</summary>
    public static string Of(Changed<ChangedDesiredState> changed, ISweepTarget place)
    {
        var change = changed.Change;
        var failed = changed.After.Counts.Failed;
        var done = Wording.Listed(
            ", ",
            change.Stopping > 0
                ? $"{Wording.Count(change.Stopping, "trial")} {(change.Stopping == 1 ? "stops" : "stop")} with a "
                    + "checkpoint" : null,
            Wording.Some(change.Withdrawn, "withdrawn"),
            Wording.Some(change.Requeued, "waiting again"));
        var kept = change.Now == DesiredState.Active
            ? null
            : Wording.Listed(
                ", ",
                change.Finished > 0
                    ? $"{change.Finished} finished {(change.Finished == 1 ? "keeps its result" : "keep their results")}"
                    : null,
                Shared(changed.After, failed, change) is > 0 and var shared
                    ? $"{shared} {(shared == 1 ? "goes" : "go")} on for other sweeps" : null);
        var sentence = Wording.Listed(
            "; ",
            done.Length > 0 ? done : change.Before == change.Now ? null : "no trial is touched",
            kept?.Length > 0 ? kept : null,
            change.Now == DesiredState.Active && failed > 0
                ? $"{failed} failed stay so until `{place.Command($"retry {changed.After.Name} --failed")}`"
                : null);
        var name = changed.After.Name;
        return Wording.Listed(
            "\n",
            $"{name} is {Word(change)}{(sentence.Length > 0 ? $": {sentence}" : "")}",
            changed.Head is null && change.Stopping > 0
                ? $"{place.Standing}: a trainer that outlived it is stopped by the next one, or leaves by itself"
                : null,
            change.Now == DesiredState.Active ? Idle(changed.Head, changed.After, place) : null);
    }

    /// <summary>After <c>retry</c>.</summary>
    public static string Of(Changed<RetriedTrials> changed, ISweepTarget place) => Wording.Listed(
        "\n",
        changed.Change.Retried == 0
            ? $"{changed.After.Name} has no failed trials"
            : $"{changed.After.Name}: {Wording.Count(changed.Change.Retried, "failed trial")} tried again",
        changed.Change.Retried == 0 ? null : SweepStateWording.Standstill(changed.After, place.Command)
        ?? Idle(changed.Head, changed.After, place));

    /// <summary>After <c>priority</c>.</summary>
    public static string Of(Changed<ChangedPriority> changed) => changed.Change.Before == changed.Change.Now
        ? $"{changed.After.Name} has priority {changed.Change.Now} already"
        : $"{changed.After.Name} has priority {changed.Change.Now} (it was {changed.Change.Before})";

    // Whatever has no end yet and was not taken off is wanted by another sweep. Not told from the states: what stops
    // may have stopped by now.
    private static int Shared(SweepSummary after, int failed, ChangedDesiredState change) =>
        change.Before == DesiredState.Active
        ? Math.Max(0, after.Counts.Trials - change.Finished - failed - change.Withdrawn - change.Stopping)
        : 0;

    private static string? Idle(HeadOutput? head, SweepSummary sweep, ISweepTarget place) =>
        head is null && !sweep.IsOver
        ? $"nothing trains now, for {place.Standing}: `{place.Command($"run <the spec of {sweep.Name}>")}` goes on"
        : null;

    private static string Word(ChangedDesiredState change) => (change.Before == change.Now, change.Now) switch
    {
        (true, var wish) => $"{EnumWords.Of(wish)} already",
        (false, DesiredState.Active) => "active again",
        (false, var wish) => EnumWords.Of(wish),
    };
}
