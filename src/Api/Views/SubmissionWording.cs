using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Messages about a sweep's images and its grid, before the sweep is recorded.</summary>
public static class SubmissionWording
{
    /// <summary>Reports the images that a sweep trains on.</summary>
    public static string Images(DatasetLocation place, PreparedDataset images)
    {
        var counts = string.Create(
            CultureInfo.InvariantCulture,
            $"{images.TrainImages} for training, {images.TestImages} for testing, {images.Classes.Count} classes");
        var isCutDown = place.Dataset.PublishedSize() is { } published
            && published != (images.TrainImages, images.TestImages);
        var note = isCutDown ? " (a smaller copy of the published files)" : "";
        return $"images: {place.Folder ?? EnumWords.Of(place.Dataset)}, {counts}{note}";
    }

    /// <summary>Reports the progress of a download.</summary>
    public static string Fetched(ArchiveFetched fetched) => string.Create(
        CultureInfo.InvariantCulture,
        $"downloading {fetched.Url}: {fetched.Received / 1e6:0.0} of {fetched.Total / 1e6:0.0} MB");

    /// <summary>Reports why a download was interrupted, and when it resumes.</summary>
    public static string Interrupted(FetchInterrupted interrupted) =>
        $"{interrupted.Reason}; resuming in {Wording.Duration(TimeSpan.FromSeconds(interrupted.PauseSeconds))}";

    /// <summary>Reports the size of an expanded grid.</summary>
    public static string Expanded(string sweep, int trials, int excluded, int merged) => Wording.Listed(
        "; ",
        $"{sweep}: {Wording.Count(trials, "trial")}",
        excluded > 0 ? $"{Wording.Count(excluded, "grid point")} excluded" : null,
        merged > 0 ? $"{merged} equal to another and merged" : null);
}
