using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class ImageCompatibilityTests
{
    private static readonly TrialSpec Large = new()
    {
        Dataset = DatasetKind.ImageFolder,
        Folder = "pets",
        Model = ModelKind.ReActNetA,
        ImageSize = 96,
    };

    [Theory]
    [InlineData(96, 96, null)]
    [InlineData(64, 96, "pets has images of 64×96 pixels (allowed: 96×96, as image-size: 96 states)")]
    [InlineData(32, 32, "pets has images of 32×32 pixels (allowed: 96×96, as image-size: 96 states)")]
    public void Of_ComparesTheImagesWithTheImageSize_InImageNetsLayout(int width, int height, string? why) =>
        Assert.Equal(why is null ? [] : [("folder", why)], FaultsOf(Large, width, height));

    [Fact]
    public void Of_RequiresSmallImages_ForOtherNetworks() => Assert.Equal(
        [("folder", "pets has images of 96×96 pixels (allowed: 32×32, the size that resnet18 requires)")],
        FaultsOf(Large with { Model = ModelKind.ResNet18 }, 96, 96));

    private static IEnumerable<(string Hyperparameter, string Why)> FaultsOf(TrialSpec trial, int width, int height) =>
        ImageCompatibility.Of(
            trial,
            new PreparedDataset(new string('d', 64), 100, 50, ["a", "b"])
            {
                SmallestTrainClass = 50,
                SmallestTestClass = 25,
                Width = width,
                Height = height,
            }).Select(static fault => (fault.Hyperparameter.Name, fault.Why));
}
