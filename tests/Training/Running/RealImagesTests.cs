using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Photographs, from JPEG files to a result.</summary>
public sealed class RealImagesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_short_epoch_on_cifar_10_gives_a_result()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var archive = SharedFiles.Get("data", "cifar10-jpeg.tar.xz");
        Directory.CreateDirectory(_folder.In("cifar10"));
        // Every hundredth image, roughly.
        using (var tar = Process.Start("tar", ["-xJf", archive, "-C", _folder.In("cifar10"), "--wildcards", "*/*/*77.jpg"]))
            await tar.WaitForExitAsync(cancellation);

        var request = new PrepareRequest(DatasetKind.ImageFolder, "cifar10", _folder.Path);
        var images = await new DatasetCache(TimeProvider.System).PrepareAsync(request, cancellation);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], images.Classes);
        Assert.Equal((32, 32), (images.Height, images.Width));

        var spec = new TrialSpec
        {
            Dataset = DatasetKind.ImageFolder,
            Folder = "cifar10",
            DataDigest = images.Digest,
            TrainImages = 200,
            TestImages = 50,
            Width = 4,
            Epochs = 1,
            BatchSize = 50,
        };
        var attempt = _folder.In("attempt");
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(attempt, Trials.Assign(attempt, _folder.Path, spec)));
        var epoch = Assert.Single(Trials.Result(attempt).Epochs);
        Assert.Equal(50, epoch.Total);
        Assert.InRange(epoch.TrainLoss, 1.5, 4);
    }
}
