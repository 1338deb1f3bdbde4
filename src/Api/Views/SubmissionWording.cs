using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Messages about a sweep's images and its grid, before the sweep is recorded.</summary>
public static class SubmissionWording
{
    private const string All = "all";

    /// <summary>Reports the images of a dataset. Trials may use fewer of them.</summary>
    public static string Images(DatasetLocation place, PreparedDataset images)
    {
        var (train, test, classes) = (images.TrainImages, images.TestImages, images.Classes.Count);
        var counts = string.Create(
            CultureInfo.InvariantCulture, $"{train:N0} for training, {test:N0} for testing, {classes} classes");
        var isCutDown = place.Dataset.PublishedSize() is { } published
            && published != (train, test);
        var note = isCutDown ? " (a smaller copy of the published files)" : "";
        return $"images: {place.Folder ?? EnumWords.Of(place.Dataset)} has {counts}{note}";
    }

    /// <summary>Reports the progress of a download.</summary>
    public static string Fetched(ArchiveFetched fetched) => string.Create(
        CultureInfo.InvariantCulture,
        $"downloading {fetched.Url}: {fetched.Received / 1e6:0.0} of {fetched.Total / 1e6:0.0} MB");

    /// <summary>Reports why a download was interrupted, and when it resumes.</summary>
    public static string Interrupted(FetchInterrupted interrupted) =>
        $"{interrupted.Reason}; resuming in {Wording.Duration(TimeSpan.FromSeconds(interrupted.PauseSeconds))}";

    /// <summary>Reports the size of an expanded grid, and how many of the images its trials use.</summary>
    public static string Expanded(string sweep, IEnumerable<TrialSpec> trials, int excluded, int merged)
    {
        var specs = trials.ToList();
        return Wording.Listed(
            "; ",
            $"{sweep}: {Wording.Count(specs.Count, "trial")}{Used(specs)}",
            excluded > 0 ? $"{Wording.Count(excluded, "trial")} excluded" : null,
            merged > 0 ? $"{Wording.Count(merged, "trial")} merged with equal ones" : null);
    }

    // Empty when all trials use all images.
    private static string Used(IReadOnlyCollection<TrialSpec> trials)
    {
        var (train, test) = (Amounts(static trial => trial.TrainImages), Amounts(static trial => trial.TestImages));
        return (train, test) == (All, All) ? "" : $" with {train} images for training and {test} for testing";

        string Amounts(Func<TrialSpec, int?> of) => string.Join(" or ", trials.Select(of).Distinct()
            .Select(static count => count?.ToString("N0", CultureInfo.InvariantCulture) ?? All));
    }
}
