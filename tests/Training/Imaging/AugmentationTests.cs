using Sbnn.Sweeps.Trainer.Imaging;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class AugmentationTests
{
    private static byte[,,,] Images(int batch, int height, int width)
    {
        var images = new byte[batch, 3, height, width];
        var value = 0;
        for (var i = 0; i < batch; i++)
            for (var c = 0; c < 3; c++)
                for (var y = 0; y < height; y++)
                    for (var x = 0; x < width; x++) images[i, c, y, x] = (byte)(1 + (value++ % 255));
        return images;
    }

    // torchvision's order, image by image: pad with black, crop, mirror.
    private static byte[,,,] OneByOne(byte[,,,] images, Augmentation augmentation)
    {
        var (batch, height, width) = (images.GetLength(0), images.GetLength(2), images.GetLength(3));
        var result = new byte[batch, 3, height, width];
        for (var i = 0; i < batch; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++)
                    {
                        var row = y + augmentation.Top[i] - augmentation.Padding;
                        var column = (augmentation.Flip[i] ? width - 1 - x : x) + augmentation.Left[i] - augmentation.Padding;
                        if (row >= 0 && row < height && column >= 0 && column < width) result[i, c, y, x] = images[i, c, row, column];
                    }
                }
            }
        }

        return result;
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(0, false)]
    public void A_batch_is_cropped_and_mirrored_as_image_by_image(int padding, bool flips)
    {
        using var scope = NewDisposeScope();
        var images = Images(9, 5, 7);
        var augmentation = Augmentation.Draw(seed: 3, epoch: 1, step: 2, batch: 9, padding, flips);
        Assert.Equal(flips, augmentation.Flip.Contains(true) && augmentation.Flip.Contains(false));

        var actual = augmentation.Apply(tensor(images.Cast<byte>().ToArray()).view(9, 3, 5, 7));
        Assert.Equal(OneByOne(images, augmentation).Cast<byte>(), actual.contiguous().data<byte>().ToArray());
    }

    [Fact]
    public void Every_offset_comes_and_a_step_draws_the_same_again()
    {
        var drawn = Augmentation.Draw(seed: 1, epoch: 0, step: 0, batch: 2000, padding: 4, flips: true);
        Assert.Equal(Enumerable.Range(0, 9), drawn.Top.Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 9), drawn.Left.Distinct().Order());
        Assert.InRange(drawn.Flip.Count(flip => flip), 900, 1100);

        var again = Augmentation.Draw(1, 0, 0, 2000, 4, true);
        Assert.Equal(drawn.Top, again.Top);
        Assert.Equal(drawn.Left, again.Left);
        Assert.Equal(drawn.Flip, again.Flip);
        Assert.NotEqual(drawn.Top, Augmentation.Draw(1, 0, 1, 2000, 4, true).Top);
    }

    [Fact]
    public void Normalisation_is_the_usual_formula_for_every_channel()
    {
        using var scope = NewDisposeScope();
        var images = Images(2, 3, 3);
        var normalised = Normalisation.Of(Core.Trials.DatasetKind.ImageFolder, CPU).Apply(tensor(images.Cast<byte>().ToArray()).view(2, 3, 3, 3));
        var (mean, deviation) = (new[] { 0.4914, 0.4822, 0.4465 }, new[] { 0.2023, 0.1994, 0.2010 });
        foreach (var (i, c, y, x) in new[] { (0, 0, 0, 0), (1, 1, 2, 0), (0, 2, 1, 2), (1, 2, 2, 2) })
            Assert.Equal(((images[i, c, y, x] / 255.0) - mean[c]) / deviation[c], normalised[i, c, y, x].item<float>(), 1e-5);
    }
}
