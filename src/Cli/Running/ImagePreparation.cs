using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>Makes sure that a spec's images are prepared: keys need their digests.</summary>
internal static class ImagePreparation
{
    /// <summary>Prepares all datasets of a spec, or finds them prepared, and gives their digests.</summary>
    public static async Task<IReadOnlyDictionary<DatasetPlace, string>> PrepareAsync(
        TrainerProgram trainer, SweepSpec spec, string dataRoot, IPreparationView view, Action<string> say, CancellationToken cancellation)
    {
        var digests = new Dictionary<DatasetPlace, string>();
        foreach (var place in spec.Datasets())
        {
            var prepared = await view.ShowAsync(trainer.PrepareAsync(new PrepareRequest(place.Dataset, place.Folder, dataRoot), cancellation));
            digests.Add(place, prepared.Digest);
            say(RunWording.Images(place, prepared));
        }

        return digests;
    }
}
