using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>How a trial's progress is put into words, the same on a terminal, in plain lines and on a page.</summary>
public static class ProgressWording
{
    /// <summary>What a trial that runs alone waits for.</summary>
    public const string IdleNode = "for an idle node, for it ran out of memory";

    /// <summary>The state in one word.</summary>
    public static string State(TrialProgress trial) =>
        trial is { State: TrialState.Running, Epoch: 0 } ? "starting" : Knobs.WordOf(trial.State);

    /// <summary>Why it waits or failed, or what it does before it trains; empty for what needs no reason.</summary>
    public static string Reason(TrialProgress trial) => trial.State switch
    {
        TrialState.Waiting when trial.RunsAlone => trial.Reason is { } reason ? $"{reason}; waits {IdleNode}" : IdleNode,
        TrialState.Waiting => trial.Reason ?? "for a free slot",
        TrialState.Failed => trial.Reason ?? "",
        TrialState.Running when trial.Epoch == 0 => trial.Doing ?? "",
        _ => "",
    };

    /// <summary>A failed trial's cause, with the signal or exit code where one is known.</summary>
    public static string Cause(TrialFailure failure) => Wording.Listed(
        ", ",
        Knobs.WordOf(failure.Ending),
        failure.Signal is { } signal ? $"signal {signal}" : failure.ExitCode is { } code ? $"exit code {code}" : null);

    /// <summary>State and reason in one line, as seen through a sweep of which <paramref name="wish"/> is wanted.</summary>
    public static string Standing(TrialProgress trial, DesiredState wish) => (State(trial), Reason(trial)) switch
    {
        (var state, "") when trial.State == TrialState.Withdrawn && wish != DesiredState.Active => $"{state}: {Knobs.WordOf(wish)}",
        (var state, "") => state,
        (var state, var reason) when trial.State == TrialState.Waiting && trial.Reason is null => $"{state} {reason}",
        var (state, reason) => $"{state}: {reason}",
    };

    public static string Epoch(TrialProgress trial) =>
        trial.Epoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{trial.Epoch}/{trial.Spec.Epochs}");

    public static string Accuracy(TrialProgress trial) =>
        trial.Total == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Correct / trial.Total:0.00} %");

    public static string Ones(TrialProgress trial) =>
        trial.Weights == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Ones / trial.Weights:0.0} %");

    public static string Remaining(TrialProgress trial) =>
        trial.State == TrialState.Running && trial.EpochSeconds is { } seconds
            ? Wording.Duration(TimeSpan.FromSeconds(seconds * (trial.Spec.Epochs - trial.Epoch)))
            : "";

    /// <summary>Where a sweep stands as a whole.</summary>
    public static string Standing(SweepSummary sweep) => sweep switch
    {
        { DesiredState: not DesiredState.Active, Running: > 0 } => $"{Knobs.WordOf(sweep.DesiredState)}, trials stop with a checkpoint",
        { DesiredState: not DesiredState.Active } when sweep.Finished + sweep.Failed < sweep.Trials => Knobs.WordOf(sweep.DesiredState),
        { Running: > 0, SecondsLeft: { } seconds } => $"running, about {Wording.Duration(TimeSpan.FromSeconds(seconds))} left",
        { Running: > 0 } => "running",
        { Waiting: > 0 } => "waiting",
        { Failed: > 0 } => "ended",
        _ => "finished",
    };

    public static string Summary(SweepProgress sweep) =>
        $"{sweep.Name}: {string.Join(", ", sweep.CountStates().OrderBy(static c => c.Key).Select(static c => $"{c.Value} {Knobs.WordOf(c.Key)}"))}";
}
