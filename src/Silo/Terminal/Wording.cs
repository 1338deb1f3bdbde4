using System.Globalization;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Silo.Terminal;

/// <summary>How a trial's progress is put into words, the same on a live screen and in plain lines.</summary>
internal static class Wording
{
    public static string State(TrialProgress trial) => trial.State switch
    {
        TrialState.Waiting when trial.Reason is not null => $"waiting: {trial.Reason}",
        TrialState.Waiting => "waiting for a free slot",
        TrialState.Running when trial.Epoch == 0 => "starting",
        TrialState.Failed => $"failed: {trial.Reason}",
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

    public static string Images(DatasetPlace place, PreparedDataset images)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{images.TrainImages} to train on, {images.TestImages} to test, {images.Classes.Count} classes");
        var isCutDown = place.Dataset.PublishedSize() is { } published && published != (images.TrainImages, images.TestImages);
        return $"images: {place.Folder ?? Knobs.WordOf(place.Dataset)}, {counts}{(isCutDown ? " (a smaller copy of the published files)" : "")}";
    }

    /// <summary>How far a transfer is, for a plain line.</summary>
    public static string Fetched(ArchiveFetched fetched) => string.Create(
        CultureInfo.InvariantCulture, $"fetching {fetched.Url}: {fetched.Received / 1e6:0.0} of {fetched.Total / 1e6:0.0} MB");

    public static string Interrupted(FetchInterrupted interrupted) => $"{interrupted.Reason}; going on in {Duration(TimeSpan.FromSeconds(interrupted.PauseSeconds))}";

    public static string Summary(SweepProgress sweep)
    {
        var counts = sweep.Trials.CountBy(static trial => trial.State).OrderBy(static c => c.Key)
            .Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {Knobs.WordOf(c.Key)}"));
        return $"{sweep.Name}: {string.Join(", ", counts)}";
    }
}
