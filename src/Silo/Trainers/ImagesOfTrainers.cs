using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>Runs a trainer to find or prepare this node's images.</summary>
internal sealed class ImagesOfTrainers(string trainerPath, string dataRoot) : IPreparedImages
{
    public async Task<PreparedDataset?> FindAsync(DatasetLocation place, string digest, CancellationToken cancellation)
    {
        var request = new PrepareRequest(place.Dataset, place.Folder, dataRoot) { Digest = digest };
        PreparedDataset? found = null;
        await foreach (var news in new TrainerProgram(trainerPath).PrepareAsync(request, cancellation))
            found = news as PreparedDataset;
        return found;
    }

    public IAsyncEnumerable<PrepareEvent> PrepareAsync(DatasetLocation place, CancellationToken cancellation) =>
        new TrainerProgram(trainerPath)
            .PrepareAsync(new PrepareRequest(place.Dataset, place.Folder, dataRoot), cancellation);
}
