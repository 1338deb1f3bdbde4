using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Reports;

/// <summary>How a trial's progress is put into words, the same on a terminal, in plain lines and on a page.</summary>
public static class Wording
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
    public static string Cause(TrialFailure failure) => Listed(
        ", ",
        Knobs.WordOf(failure.Ending),
        failure.Signal is { } signal ? $"signal {signal}" : failure.ExitCode is { } code ? $"exit code {code}" : null);

    /// <summary>State and reason in one line, as seen through a sweep of which <paramref name="wish"/> is wanted.</summary>
    public static string Standing(TrialProgress trial, SweepWish wish) => (State(trial), Reason(trial)) switch
    {
        (var state, "") when trial.State == TrialState.Withdrawn && wish != SweepWish.Active => $"{state}: {Knobs.WordOf(wish)}",
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
            ? Duration(TimeSpan.FromSeconds(seconds * (trial.Spec.Epochs - trial.Epoch)))
            : "";

    /// <summary>Where a sweep stands as a whole.</summary>
    public static string Standing(SweepSummary sweep) => sweep switch
    {
        { Wish: not SweepWish.Active, Running: > 0 } => $"{Knobs.WordOf(sweep.Wish)}, trials stop with a checkpoint",
        { Wish: not SweepWish.Active } when sweep.Finished + sweep.Failed < sweep.Trials => Knobs.WordOf(sweep.Wish),
        { Running: > 0, SecondsLeft: { } seconds } => $"running, about {Duration(TimeSpan.FromSeconds(seconds))} left",
        { Running: > 0 } => "running",
        { Waiting: > 0 } => "waiting",
        { Failed: > 0 } => "ended",
        _ => "finished",
    };

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalSeconds)} s"),
    };

    /// <summary>The images that a sweep trains on.</summary>
    public static string Images(DatasetPlace place, PreparedDataset images)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{images.TrainImages} to train on, {images.TestImages} to test, {images.Classes.Count} classes");
        var isCutDown = place.Dataset.PublishedSize() is { } published && published != (images.TrainImages, images.TestImages);
        return $"images: {place.Folder ?? Knobs.WordOf(place.Dataset)}, {counts}{(isCutDown ? " (a smaller copy of the published files)" : "")}";
    }

    /// <summary>How far a transfer is, for a plain line.</summary>
    public static string Fetched(ArchiveFetched fetched) => string.Create(
        CultureInfo.InvariantCulture, $"fetching {fetched.Url}: {fetched.Received / 1e6:0.0} of {fetched.Total / 1e6:0.0} MB");

    /// <summary>Why a transfer broke off, and when it goes on.</summary>
    public static string Interrupted(FetchInterrupted interrupted) => $"{interrupted.Reason}; going on in {Duration(TimeSpan.FromSeconds(interrupted.PauseSeconds))}";

    public static string Summary(SweepProgress sweep) =>
        $"{sweep.Name}: {string.Join(", ", sweep.CountStates().OrderBy(static c => c.Key).Select(static c => $"{c.Value} {Knobs.WordOf(c.Key)}"))}";

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
