using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Tests.Unit.Core.Specs;

public sealed class CheckImagesTests
{
    // 1004 training images in ten classes, of which the smallest has 100; 200 test images.
    private static readonly PreparedDataset Pets =
        new("d", 1004, 200, [.. Enumerable.Range(0, 10).Select(static i => $"class{i}")])
        {
            SmallestTrainClass = 100,
            SmallestTestClass = 20,
            Height = 32,
            Width = 32,
        };

    [Theory]
    [InlineData("train-images: 60000",
        "train-images: 60000 is more than the 1004 training images of pets "
            + "(allowed: all, or a multiple of 10 up to 1000)")]
    [InlineData("train-images: 105",
        "train-images: 105 of the 1004 training images of pets cannot be split equally over its 10 classes "
            + "(allowed: all, or a multiple of 10 up to 1000)")]
    [InlineData("test-images: 210",
        "test-images: 210 is more than the 200 test images of pets "
            + "(allowed: all, or a multiple of 10 up to 200)")]
    [InlineData("train-images: 100, validation-images: 100",
        "validation-images: 100 of the 100 training images of pets cannot be held out, because each of the 10 "
            + "classes must give the same number of images and keep at least one (allowed: none, or a multiple of 10 "
            + "up to 90)")]
    [InlineData("validation-images: 15",
        "validation-images: 15 of the 1004 training images of pets cannot be held out, because each of the 10 "
            + "classes must give the same number of images and keep at least one (allowed: none, or a multiple of 10 "
            + "up to 990)")]
    [InlineData("train-images: 10, validation-images: 10",
        "validation-images: 10 of the 10 training images of pets cannot be held out, because each of the 10 "
            + "classes must give the same number of images and keep at least one (allowed: none)")]
    [InlineData("train-images: 110, batch-size: 109",
        "batch-size: 109 leaves one of the 110 training images of pets alone in the last batch, but batch "
            + "normalisation needs two images in a batch "
            + "(allowed: another size, such as 108 or 110)")]
    [InlineData("train-images: 120, validation-images: 10, batch-size: 109",
        "batch-size: 109 leaves one of the 110 training images of pets alone in the last batch, but batch "
            + "normalisation needs two images in a batch "
            + "(allowed: another size, such as 108 or 110)")]
    [InlineData("batch-size: 17",
        "batch-size: 17 leaves one of the 1004 training images of pets alone in the last batch, but batch "
            + "normalisation needs two images in a batch "
            + "(allowed: another size, such as 16 or 18)")]
    [InlineData("batch-size: 1",
        "batch-size: 1 leaves one of the 1004 training images of pets alone in the last batch, but batch "
            + "normalisation needs two images in a batch "
            + "(allowed: another size, such as 2)")]
    public void CheckImages_NamesKeyValueAndImages_WhenTrialsCannotTrain(string settings, string expected)
    {
        var error = Assert.Throws<BadInputException>(() => Check(Spec(settings), Pets));
        Assert.Equal($"x.yaml:2: trial.{expected}", error.Message);
    }

    [Fact]
    public void CheckImages_NamesTheFolder_WhenItsImagesHaveAnotherSize()
    {
        var error = Assert.Throws<BadInputException>(() =>
            Check(Spec("batch-size: 8"), Pets with { Height = 48, Width = 64 }));
        Assert.Equal("x.yaml:2: trial.folder: pets has images of 64×48 pixels (allowed: 32×32, the size that resnet18 "
            + "requires)",
            error.Message);
    }

    [Fact]
    public void CheckImages_NamesTheRecipe_WhenTheNetworkHasTooFewOutputs()
    {
        var many = Pets with { Classes = [.. Enumerable.Range(0, 1001).Select(static i => $"class{i}")] };
        var error = Assert.Throws<BadInputException>(() => Check(Spec("model: reactnet18, recipe: authors"), many));
        Assert.Equal("x.yaml:2: trial.recipe: authors gives the network only 1000 outputs, but pets has 1001 classes "
            + "(allowed: "
            + "corrected, which has one output per class)", error.Message);
        Check(Spec("model: reactnet18, recipe: corrected"), many);
    }

    [Fact]
    public void CheckImages_NamesEachInvalidAxisValueOnce_WhenSeveralCellsHaveIt()
    {
        var spec = SpecReader.Parse(
            "name: x\ntrial: {dataset: image-folder, folder: pets}\naxes:\n  - gamma: [0.1, 0.2]\n  - batch-size: [17, "
                + "59, 64]\n", "x.yaml", "");
        var error = Assert.Throws<BadInputException>(() => Check(spec, Pets));
        Assert.Equal(["x.yaml:5: axes[1].batch-size: 17 ", "x.yaml:5: axes[1].batch-size: 59 "],
            error.Message.Split('\n').Select(static line => line[..33]));
    }

    [Theory]
    [InlineData("train-images: 1000, validation-images: 990, batch-size: 2, test-images: 200")]
    [InlineData("train-images: 10, batch-size: 512")] // Each epoch has one batch, which is smaller than batch-size.
    [InlineData("batch-size: 1003, validation-images: 10")]
    public void CheckImages_AcceptsSettings_ThatCanBeTrained(string settings) => Check(Spec(settings), Pets);

    private static SweepSpec Spec(string settings) =>
        SpecReader.Parse($"name: x\ntrial: {{dataset: image-folder, folder: pets, {settings}}}\n", "x.yaml", "");

    private static void Check(SweepSpec spec, PreparedDataset images) =>
        spec.CheckImages(new Dictionary<DatasetLocation, PreparedDataset> { [spec.Datasets()[0]] = images });
}
