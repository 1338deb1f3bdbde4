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
/// Finds the digests of a spec's images without fetching any. Keys need them, so images that are here and were never
/// prepared are prepared, as a run would.
/// </summary>
internal sealed class ImageSurvey(
    TrainerProgram trainer, string dataRoot, IReadOnlyList<KnownTrial> ledger, Action<string> say)
{
    private const string StandIn = "not known: ";

    /// <summary>True for what <see cref="FindAsync"/> gives in place of a digest that is not known.</summary>
    public static bool IsStandIn(string digest) => digest.StartsWith(StandIn, StringComparison.Ordinal);

    /// <summary>
    /// Gives the digest of each dataset of a spec: of the images that are here, else the one that the ledger's latest
    /// trial on them has, else a stand-in. Throws <see cref="BadInputException"/> for settings that do not go with the
    /// images, and for images that no run could have.
    /// </summary>
    public async Task<SpecImages> FindAsync(SweepSpec spec, CancellationToken cancellation)
    {
        var images = new Dictionary<DatasetLocation, PreparedDataset>();
        var digests = new Dictionary<DatasetLocation, string>();
        foreach (var place in spec.Datasets())
        {
            switch (await AskAsync(place, cancellation))
            {
                case PreparedDataset prepared:
                    say(SubmissionWording.Images(place, prepared));
                    images.Add(place, prepared);
                    digests.Add(place, prepared.Digest);
                    break;
                case ImagesMissing missing:
                    var recorded = FindRecorded(place);
                    if (missing.Source is null && recorded is null) throw new BadInputException(missing.Reason);
                    say(RunWording.Missing(place, missing, isRecorded: recorded is not null));
                    if (missing.Source is { } source) images.Add(place, source.Images);
                    digests.Add(place, recorded ?? $"{StandIn}{EnumWords.Of(place.Dataset)}");
                    break;
            }
        }

        spec.CheckImages(images);
        return new SpecImages(digests, images);
    }

    private async Task<PrepareEvent> AskAsync(DatasetLocation place, CancellationToken cancellation)
    {
        PrepareEvent? told = null;
        var request = new PrepareRequest(place.Dataset, place.Folder, dataRoot) { FetchesNothing = true };
        await foreach (var news in trainer.PrepareAsync(request, cancellation))
        {
            if (news is ImagesAwaited awaited && news != told) say(awaited.Reason);
            told = news;
        }

        return told is PreparedDataset or ImagesMissing
            ? told
            : throw new InvalidOperationException("the trainer ended without telling of its images");
    }

    private string? FindRecorded(DatasetLocation place) =>
        ledger.LastOrDefault(trial => DatasetLocation.Of(trial.Spec) == place)?.Spec.DataDigest;
}
