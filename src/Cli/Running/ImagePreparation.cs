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
            catch (BadInputException error) when (place.Folder is { } folder
                && error.Message.StartsWith(Path.GetFullPath(folder, dataRoot), StringComparison.Ordinal))
            {
                throw new BadInputException($"{spec.At(Hyperparameters.Get("folder"))}: {error.Message}", error);
            }
        }
    }
}
