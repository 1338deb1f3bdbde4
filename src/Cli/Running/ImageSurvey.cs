using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>
/// Finds the digests of a spec's images without downloading any. The trials' keys contain the digests, so images on
/// this machine that are not prepared yet are prepared, as a run would do.
/// </summary>
internal sealed class ImageSurvey(
    TrainerProgram trainer, string dataRoot, IReadOnlyList<KnownTrial> ledger, Action<string> say)
{
    private const string Placeholder = "not known: ";

    /// <summary>True for the text that <see cref="FindAsync"/> returns in place of an unknown digest.</summary>
    public static bool IsPlaceholder(string digest) => digest.StartsWith(Placeholder, StringComparison.Ordinal);

    /// <summary>
    /// Returns the digest of each dataset of a spec: of the images on this machine, else of the ledger's latest trial
    /// on the same dataset, else a placeholder. Throws <see cref="BadInputException"/> for settings that do not fit the
    /// images.
    /// </summary>
    public async Task<SpecImages> FindAsync(SweepSpec spec, CancellationToken cancellation)
    {
        var images = new Dictionary<DatasetLocation, PreparedDataset>();
        var digests = new Dictionary<DatasetLocation, string>();
        foreach (var place in spec.Datasets())
        {
            switch (await AskAsync(spec, place, cancellation))
            {
                case PreparedDataset prepared:
                    say(SubmissionWording.Images(place, prepared));
                    images.Add(place, prepared);
                    digests.Add(place, prepared.Digest);
                    break;
                case ImagesMissing missing:
                    var recorded = FindRecorded(place);
                    say(RunWording.Missing(spec, place, missing, isRecorded: recorded is not null));
                    if (missing.Source is { } source) images.Add(place, source.Images);
                    digests.Add(place, recorded ?? $"{Placeholder}{EnumWords.Of(place.Dataset)}");
                    break;
            }
        }

        spec.CheckImages(images);
        return new SpecImages(digests, images);
    }

    private async Task<PrepareEvent> AskAsync(SweepSpec spec, DatasetLocation place, CancellationToken cancellation)
    {
        PrepareEvent? latest = null;
        var request = new PrepareRequest(place.Dataset, place.Folder, dataRoot) { FetchesNothing = true };
        try
        {
            await foreach (var received in trainer.PrepareAsync(request, cancellation))
            {
                if (received is ImagesAwaited awaited && received != latest) say(awaited.Reason);
                latest = received;
            }
        }
        catch (BadInputException error) when (ImagePreparation.IsAboutFolder(error, place, dataRoot))
        {
            throw ImagePreparation.WithPlace(error, spec);
        }

        return latest is PreparedDataset or ImagesMissing
            ? latest
            : throw new InvalidOperationException(PrepareEvent.NoAnswer);
    }

    private string? FindRecorded(DatasetLocation place) =>
        ledger.LastOrDefault(trial => DatasetLocation.Of(trial.Spec) == place)?.Spec.DataDigest;
}
