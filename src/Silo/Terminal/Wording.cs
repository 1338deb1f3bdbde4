using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Silo.Terminal;

/// <summary>How a trial's progress is put into words, the same on a live screen and in plain lines.</summary>
internal static class Wording
{
    public static string State(TrialProgress trial, SweepWish wish) => trial.State switch
    {
        TrialState.Waiting when trial.Reason is not null => $"waiting: {trial.Reason}",
        TrialState.Waiting => "waiting for a free slot",
        TrialState.Running when trial.Epoch == 0 => "starting",
        TrialState.Failed => $"failed: {trial.Reason}",
        TrialState.Withdrawn when wish != SweepWish.Active => $"withdrawn: {Knobs.WordOf(wish)}",
        var state => Knobs.WordOf(state),
    };

    public static string Epoch(TrialProgress trial) =>
        trial.Epoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{trial.Epoch}/{trial.Spec.Epochs}");

    public static string Accuracy(TrialProgress trial) =>
        trial.Total == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Correct / trial.Total:0.00} %");

    public static string Ones(TrialProgress trial) =>
        trial.Weights == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100m * trial.Ones / trial.Weights:0.0} %");

    public static string Remaining(TrialProgress trial) =>
        trial.State == TrialState.Running && trial.EpochSeconds is { } seconds
            ? Duration(TimeSpan.FromSeconds(seconds * (trial.Spec.Epochs - trial.Epoch)))
            : "";

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalSeconds)} s"),
    };

    public static string Summary(SweepProgress sweep) =>
        $"{sweep.Name}: {string.Join(", ", sweep.CountStates().OrderBy(static c => c.Key).Select(static c => $"{c.Value} {Knobs.WordOf(c.Key)}"))}";

    /// <summary>Why a sweep waits that nothing is done for, and what ends that; null for an active one.</summary>
    public static string? Standstill(SweepProgress sweep, HomeFolder home) => sweep.Wish switch
    {
        SweepWish.Paused => $"{sweep.Name} is paused; `{home.Command($"resume {sweep.Name}")}` goes on",
        SweepWish.Cancelled => $"{sweep.Name} is cancelled",
        _ => null,
    };

    /// <summary>What an expansion came to.</summary>
    public static string Expanded(string sweep, int trials, int excluded, int merged) => Listed(
        "; ",
        $"{sweep}: {Count(trials, "trial")}",
        excluded > 0 ? $"{Count(excluded, "grid point")} excluded" : null,
        merged > 0 ? $"{merged} equal to another and merged" : null);

    /// <summary>What a submission came to.</summary>
    public static string Recorded(RecordedRevision revision) => Listed(
        ", ",
        $"revision {revision.Revision}: {revision.NewTrials} new",
        Some(revision.Finished, "finished already"),
        Some(revision.Running, "running already"),
        Some(revision.Waiting - revision.NewTrials, "waiting already"),
        Some(revision.Failed, "failed before"),
        Some(revision.Withdrawn, "withdrawn"),
        Some(revision.Stopping, "stopping, for no sweep wants them any more"),
        revision.WishBefore is { } before and not SweepWish.Active ? $"active again (it was {Knobs.WordOf(before)})" : null);

    /// <summary>A count with its noun.</summary>
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>A count with what is true of so many; null for none.</summary>
    public static string? Some(int count, string what) => count > 0 ? $"{count} {what}" : null;

    /// <summary>The parts that are there, in a row.</summary>
    public static string Listed(string separator, params IEnumerable<string?> parts) => string.Join(separator, parts.OfType<string>());
}
