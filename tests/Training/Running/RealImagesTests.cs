using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Tests training on photographs, from JPEG files to a result.</summary>
public sealed class RealImagesTests(PhotographFolder photographs) : IClassFixture<PhotographFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Detects a version of the JPEG decoder that gives other pixels, because they would change the keys of trials.
    /// </summary>
    [Fact]
    public async Task Jpeg_DecodesToTheSamePixels_AsWithEarlierDecoders() => Assert.Equal(
        "38c21f4be1827dafa422dfe313fc32d37d4cdba5d8d449a381f87ee01cb252e6",
        (await photographs.PrepareAsync(TestContext.Current.CancellationToken)).Digest);

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public async Task Train_ReducesTheLoss_OnCifar10(ModelKind model, MethodKind method)
    {
        var images = await photographs.PrepareAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            images.Classes);
        Assert.Equal((32, 32), (images.Height, images.Width));

        var spec = new TrialSpec
        {
            Dataset = DatasetKind.ImageFolder,
            Folder = PhotographFolder.Name,
            DataDigest = images.Digest,
            TrainImages = 200,
            TestImages = 50,
            Model = model,
            Method = method,
            Width = 4,
            Epochs = 3,
            BatchSize = 20,
            Mixup = 0,
        };
        Assert.Equal(AttemptEnding.Completed,
            await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, photographs.DataRoot, spec)));
        var epochs = Trials.Result(_folder.Path).Epochs;
        Assert.Equal(50, epochs[0].Total);
        Assert.InRange(epochs[0].TrainLoss, 1.5, 7);
        Assert.True(epochs[^1].TrainLoss < epochs[0].TrainLoss,
            FormattableString.Invariant($"{epochs[0].TrainLoss} → {epochs[^1].TrainLoss}"));
    }
}
