using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>Makes sure that a spec's images are prepared, because the trials' keys contain their digests.</summary>
internal static class ImagePreparation
{
    /// <summary>
    /// Prepares all datasets of a spec that are not prepared yet. Throws <see cref="BadInputException"/> when the
    /// spec's settings do not fit the datasets.
    /// </summary>
    public static async Task<SpecImages> PrepareAsync(
        TrainerProgram trainer, SweepSpec spec, string dataRoot, IPreparationView view, Action<string> say,
        CancellationToken cancellation)
    {
        var images = new Dictionary<DatasetLocation, PreparedDataset>();
        foreach (var place in spec.Datasets())
        {
            var prepared = await PrepareAsync(spec, place);
            images.Add(place, prepared);
            say(SubmissionWording.Images(place, prepared));
        }

        spec.CheckImages(images);
        return new SpecImages(
            images.ToDictionary(static found => found.Key, static found => found.Value.Digest), images);

        async Task<PreparedDataset> PrepareAsync(SweepSpec spec, DatasetLocation place)
        {
            try
            {
                return await view.ShowAsync(
                    trainer.PrepareAsync(new PrepareRequest(place.Dataset, place.Folder, dataRoot), cancellation));
            }
            catch (BadInputException error) when (IsAboutFolder(error, place, dataRoot))
            {
                throw WithPlace(error, spec);
            }
        }
    }

    /// <summary>True for a trainer's message about an image folder or a file in it.</summary>
    public static bool IsAboutFolder(BadInputException error, DatasetLocation place, string dataRoot) =>
        place.Folder is { } folder
        && error.Message.StartsWith(Path.GetFullPath(folder, dataRoot), StringComparison.Ordinal);

    /// <summary>The same message, after the place where the spec names the folder.</summary>
    public static BadInputException WithPlace(BadInputException error, SweepSpec spec) =>
        new($"{spec.At(Hyperparameters.Get("folder"))}: {error.Message}", error);
}
