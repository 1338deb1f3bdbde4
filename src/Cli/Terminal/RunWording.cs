using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>What a run says of its images, its grid and its submission.</summary>
internal static class RunWording
{
    /// <summary>The images that a sweep trains on.</summary>
    public static string Images(DatasetPlace place, PreparedDataset images)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{images.TrainImages} to train on, {images.TestImages} to test, {images.Classes.Count} classes");
        var isCutDown = place.Dataset.PublishedSize() is { } published && published != (images.TrainImages, images.TestImages);
        return $"images: {place.Folder ?? Knobs.WordOf(place.Dataset)}, {counts}{(isCutDown ? " (a smaller copy of the published files)" : "")}";
    }

    /// <summary>The images that are not here, and what a run does about that.</summary>
    /// <param name="place">Which images.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="isRecorded">True when the ledger knows their digest, so that trials can be compared all the
    /// same.</param>
    public static string Missing(DatasetPlace place, ImagesMissing missing, bool isRecorded)
    {
        var run = missing.Source is { } source
            ? string.Create(CultureInfo.InvariantCulture, $"run fetches {source.Url} ({source.Bytes / 1e6:0.0} MB)")
            : "run needs them";
        var trials = isRecorded
            ? "trials are compared by the digest in the ledger"
            : "their trials have no keys before that";
        var name = place.Folder ?? Knobs.WordOf(place.Dataset);
        return $"images: {name}, not here yet: {missing.Reason}; {run}, and {trials}";
    }

    /// <summary>How far a transfer is, for a plain line.</summary>
    public static string Fetched(ArchiveFetched fetched) => string.Create(
        CultureInfo.InvariantCulture, $"fetching {fetched.Url}: {fetched.Received / 1e6:0.0} of {fetched.Total / 1e6:0.0} MB");

    /// <summary>Why a transfer broke off, and when it goes on.</summary>
    public static string Interrupted(FetchInterrupted interrupted) => $"{interrupted.Reason}; going on in {Wording.Duration(TimeSpan.FromSeconds(interrupted.PauseSeconds))}";

    /// <summary>What an expansion came to.</summary>
    public static string Expanded(string sweep, int trials, int excluded, int merged) => Wording.Listed(
        "; ",
        $"{sweep}: {Wording.Count(trials, "trial")}",
        excluded > 0 ? $"{Wording.Count(excluded, "grid point")} excluded" : null,
        merged > 0 ? $"{merged} equal to another and merged" : null);

    /// <summary>What a submission came to.</summary>
    public static string Recorded(SubmittedSweep revision) => Wording.Listed(
        ", ",
        $"revision {revision.Revision}: {revision.NewTrials} new",
        Wording.Some(revision.Finished, "finished already"),
        Wording.Some(revision.Running, "running already"),
        Wording.Some(revision.Waiting - revision.NewTrials, "waiting already"),
        Wording.Some(revision.Failed, "failed before"),
        Wording.Some(revision.Withdrawn, "withdrawn"),
        Wording.Some(revision.Stopping, "stopping, for no sweep wants them any more"),
        revision.DesiredStateBefore is { } before and not DesiredState.Active ? $"active again (it was {Knobs.WordOf(before)})" : null);
}
