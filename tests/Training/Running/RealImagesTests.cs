using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Tests training on photographs, from JPEG files to a result.</summary>
public sealed class RealImagesTests(PhotographFolder photographs) : IClassFixture<PhotographFolder>, IDisposable
{
    // The network's image size in ImageNet's layout, in which each network halves the size five times.
    private const int EnlargedSize = 64;

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every model in ImageNet's layout, with the method that the paper trains or quotes.</summary>
    public static TheoryData<ModelKind, MethodKind> ForImageNet => new()
    {
        { ModelKind.ReActNetA, MethodKind.Sbnn },
        { ModelKind.ReActNet18ImageNet, MethodKind.ReActNet },
        { ModelKind.BiRealNet18, MethodKind.BiReal },
        { ModelKind.XnorResNet18, MethodKind.XnorNet },
        { ModelKind.ResNet18ImageNet, MethodKind.FullPrecision },
        { ModelKind.ResNet34ImageNet, MethodKind.FullPrecision },
        { ModelKind.MobileNetV1, MethodKind.FullPrecision },
    };

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Detects a version of the JPEG decoder that gives other pixels, because they would change the keys of trials.
    /// </summary>
    [Fact]
    public async Task Jpeg_DecodesToTheSamePixels_AsWithEarlierDecoders() => Assert.Equal(
        "38c21f4be1827dafa422dfe313fc32d37d4cdba5d8d449a381f87ee01cb252e6",
        (await photographs.PrepareAsync(Cancellation)).Digest);

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public async Task Train_ReducesTheLoss_OnCifar10(ModelKind model, MethodKind method)
    {
        var (spec, images) = await TrialOfAsync(model, method);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            images.Classes);
        var size = model.IsForImageNet() ? EnlargedSize : 32;
        Assert.Equal((size, size), (images.Height, images.Width));

        Assert.Equal(AttemptEnding.Completed,
            await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, photographs.DataRoot, spec)));
        var epochs = Trials.Result(_folder.Path).Epochs;
        Assert.Equal(50, epochs[0].Total);
        Assert.InRange(epochs[0].TrainLoss, 1.5, 7);
        Assert.True(epochs[^1].TrainLoss < epochs[0].TrainLoss,
            FormattableString.Invariant($"{epochs[0].TrainLoss} → {epochs[^1].TrainLoss}"));
    }

    [Theory]
    [MemberData(nameof(ForImageNet))]
    public async Task Train_ProducesTheSameResult_WhenStoppedAfterEachStep(
        ModelKind model, MethodKind method)
    {
        var (spec, _) = await TrialOfAsync(model, method);
        // Two epochs of three steps, the last with half as many images.
        spec = spec with { TrainImages = 50, TestImages = 20, Epochs = 2 };
        await Trials.AssertResumesAsync(
            _folder.In("undisturbed"), _folder.In("stopped"), photographs.DataRoot, spec, steps: 6);
    }

    [Theory]
    [MemberData(nameof(ForImageNet))]
    public async Task Train_TakesAStep_AtImageNetsSize(ModelKind model, MethodKind method)
    {
        var (folder, images) = await photographs.EnlargeAsync(224, classes: 2, images: 2, Cancellation);
        Assert.Equal((224, 224, 2), (images.Height, images.Width, images.Classes.Count));
        var spec = new TrialSpec
        {
            Dataset = DatasetKind.ImageFolder,
            Folder = folder,
            DataDigest = images.Digest,
            Width = 4,
            Epochs = 1,
            BatchSize = 4,
            Sparsity = 90,
            Gamma = 0.02,
        };
        spec = Trials.Of(spec, model, method, images.Height);
        Assert.Equal(AttemptEnding.Completed,
            await Trials.TrainAsync(_folder.Path, Trials.Assign(_folder.Path, photographs.DataRoot, spec)));
        Assert.Equal(1, Assert.Single(Trials.Events(_folder.Path).OfType<TrialStarted>()).StepsPerEpoch);
        var epoch = Assert.Single(Trials.Result(_folder.Path).Epochs);
        Assert.InRange(epoch.TrainLoss, 1e-3, 20); // The loss of equal probabilities is ln 2 = 0.69.
        Assert.True(double.IsFinite(epoch.TestLoss));
        Assert.Equal(method.HasPenalty(), epoch.Penalty > 0);
    }

    private async Task<(TrialSpec Trial, PreparedImages Images)> TrialOfAsync(ModelKind model, MethodKind method)
    {
        var (folder, images) = await photographs.EnlargeAsync(
            model.IsForImageNet() ? EnlargedSize : 32, classes: 10, images: 50, Cancellation);
        var spec = new TrialSpec
        {
            Dataset = DatasetKind.ImageFolder,
            Folder = folder,
            DataDigest = images.Digest,
            TrainImages = 200,
            TestImages = 50,
            Width = 4,
            Epochs = 3,
            BatchSize = 20,
            Mixup = 0,
        };
        // At this rate the losses of all networks in ImageNet's layout fall by more than their scatter.
        if (model.IsForImageNet()) spec = spec with { LearningRate = 5e-3 };
        return (Trials.Of(spec, model, method, images.Height), images);
    }
}
