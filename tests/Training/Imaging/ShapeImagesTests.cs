using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

/// <summary>Tests the generated images that the quickstart trains on.</summary>
public sealed class ShapeImagesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Digest_IsTheSameOnEveryMachine()
    {
        var images = await new DatasetCache(TimeProvider.System).PrepareAsync(
            new PrepareRequest(DatasetKind.Shapes, null, _folder.In("data")), TestContext.Current.CancellationToken);

        Assert.Equal("8355d87c37793354338a4b36bbb15479f4d3046ebdc0a19c6cafd8474594b3bf", images.Digest);
        Assert.Equal((10_000, 2_000), (images.LabelsOf(Split.Train).Length, images.LabelsOf(Split.Test).Length));
        Assert.Equal(
            ["row", "column", "two-rows", "two-columns", "plus", "saltire", "frame", "square", "ring", "disc"],
            images.Classes);
    }
}
