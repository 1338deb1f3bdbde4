using Sbnn.Sweeps.Trainer.Imaging;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class ImageSplitTests(PreparedSynthetic data)
{
    [Fact]
    public void Gather_ReturnsImagesAndLabels_OfTheSource()
    {
        using var scope = NewDisposeScope();
        var source = new SyntheticImages();
        var expected = new byte[3 * 32 * 32];
        foreach (var split in new[] { Split.Train, Split.Test })
        {
            var (pixels, labels) = new ImageSplit(data.Images, split, 30, CPU).Gather([29, 0, 13]);
            Assert.Equal([9, 0, 3], labels.data<long>().ToArray());
            source.Read(split, 29, expected);
            Assert.Equal(expected, pixels[0].contiguous().data<byte>().ToArray());
        }
    }

    [Fact]
    public void HoldOut_TakesTheLastImages_OfEachClass()
    {
        using var scope = NewDisposeScope();
        var (kept, heldOut) = new ImageSplit(data.Images, Split.Train, 50, CPU).HoldOut(20);

        // Image i has class i mod 10. Of five images per class, the last two are the images 30 … 49.
        Assert.Equal((30, 20), (kept.Count, heldOut.Count));
        AssertSame(29, kept.Gather([29]));
        AssertSame(30, heldOut.Gather([0]));
        AssertSame(49, heldOut.Gather([19]));

        static void AssertSame(int image, (Tensor Pixels, Tensor Labels) taken)
        {
            var expected = new byte[3 * 32 * 32];
            new SyntheticImages().Read(Split.Train, image, expected);
            Assert.Equal(image % 10, taken.Labels.item<long>());
            Assert.Equal(expected, taken.Pixels.contiguous().data<byte>().ToArray());
        }
    }
}
