using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;

[assembly: AssemblyFixture(typeof(Sbnn.Sweeps.Tests.Training.PreparedSynthetic))]

namespace Sbnn.Sweeps.Tests.Training;

/// <summary>The generated images of the dataset "synthetic", prepared once for all tests.</summary>
public sealed class PreparedSynthetic : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    public string DataRoot => _folder.In("data");

    internal PreparedImages Images { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Images = await new DatasetCache(TimeProvider.System).PrepareAsync(
        new PrepareRequest(DatasetKind.Synthetic, null, DataRoot), CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
