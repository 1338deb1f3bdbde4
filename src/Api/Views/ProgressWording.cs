using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Texts about a trial's progress, the same on a terminal, in plain lines and on a page.</summary>
public static class ProgressWording
{
    /// <summary>The state in one word.</summary>
    public static string State(TrialProgress trial) =>
        trial is { State: TrialState.Running, Epoch: 0 } ? "starting" : EnumWords.Of(trial.State);

    /// <summary>The reason of the trial's state; empty when it would only repeat the state.</summary>
    public static string Reason(TrialView trial) =>
        trial.Reason is { } reason && reason.Words != State(trial.Progress) ? reason.Words : "";

    /// <summary>State and reason in one line.</summary>
    public static string Describe(TrialView trial) => (State(trial.Progress), Reason(trial)) switch
    {
        (var state, "") => state,
        var (state, reason)
            when trial.Progress.State == TrialState.Waiting && reason.StartsWith("for ", StringComparison.Ordinal) =>
                $"{state} {reason}",
        var (state, reason) => $"{state}: {reason}",
    };

    /// <summary>A failed trial's cause, with the signal or exit code where one is known.</summary>
    public static string Cause(TrialFailure failure) => Wording.Listed(
        ", ",
        EnumWords.Of(failure.Ending),
        failure.Signal is { } signal ? $"signal {signal}" : failure.ExitCode is { } code ? $"exit code {code}" : null);

    public static string Epoch(TrialProgress trial) =>
        trial.Epoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{trial.Epoch}/{trial.Spec.Epochs}");

    public static string Accuracy(TrialProgress trial) =>
        trial.Total == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Correct / trial.Total:0.00} %");

    public static string Ones(TrialProgress trial) =>
        trial.Weights == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Ones / trial.Weights:0.0} %");

    public static string Remaining(TrialProgress trial) =>
        trial.State == TrialState.Running && trial.EpochTime is { } each
            ? Wording.Duration(each * (trial.Spec.Epochs - trial.Epoch)) : "";

    /// <summary>The state of a whole sweep.</summary>
    public static string Describe(SweepSummary sweep) => (sweep.Counts, sweep) switch
    {
        ({ Running: > 0 }, { DesiredState: not DesiredState.Active }) =>
            $"{EnumWords.Of(sweep.DesiredState)}, trials stop with a checkpoint",
        (var counts, { DesiredState: not DesiredState.Active }) when counts.Finished + counts.Failed < counts.Trials =>
            EnumWords.Of(sweep.DesiredState),
        ({ Running: > 0 }, { TimeLeft: { } left }) => $"running, about {Wording.Duration(left)} left",
        ({ Running: > 0 }, _) => "running",
        ({ Waiting: > 0 }, _) => "waiting",
        ({ Failed: > 0 }, _) => "ended",
        _ => "finished",
    };

    /// <summary>
    /// The number of a sweep's trials in each state, and how many running ones are starting, if all running trials are
    /// in the view.
    /// </summary>
    public static string Summary(SweepView sweep)
    {
        var running = sweep.Trials.Where(static trial => trial.Progress.State == TrialState.Running).ToList();
        var starting = running.Count(static trial => trial.Progress.Epoch == 0);
        return Summary(sweep.Summary)
            + (starting > 0 && running.Count == sweep.Summary.Counts.Running ? $" ({starting} starting)" : "");
    }

    /// <summary>The number of a sweep's trials in each state.</summary>
    public static string Summary(SweepSummary sweep) =>
        sweep.Name + ": " + Wording.Listed(", ", Enum.GetValues<TrialState>()
            .Select(state => Wording.Some(sweep.Counts.Of(state), EnumWords.Of(state))));
}
