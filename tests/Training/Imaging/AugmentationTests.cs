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

    // Augments images one by one in torchvision's order: pad with black, crop, mirror.
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
                        var column = (augmentation.Flip[i] ? width - 1 - x : x)
                            + augmentation.Left[i] - augmentation.Padding;
                        if (row >= 0 && row < height && column >= 0 && column < width)
                            result[i, c, y, x] = images[i, c, row, column];
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
    public void Apply_AugmentsABatch_LikeSingleImages(int padding, bool flips)
    {
        using var scope = NewDisposeScope();
        var images = Images(9, 5, 7);
        var augmentation = Augmentation.Draw(seed: 3, epoch: 1, step: 2, batch: 9, padding, flips, rotation: 0);
        Assert.Equal(flips, augmentation.Flip.Contains(true) && augmentation.Flip.Contains(false));

        var actual = augmentation.Apply(tensor(images.Cast<byte>().ToArray()).view(9, 3, 5, 7));
        Assert.Equal(OneByOne(images, augmentation).Cast<byte>(), actual.contiguous().data<byte>().ToArray());
    }

    [Fact]
    public void Draw_CoversEveryOffset_AndRepeatsForTheSameStep()
    {
        var drawn = Augmentation.Draw(seed: 1, epoch: 0, step: 0, batch: 2000, padding: 4, flips: true, rotation: 0);
        Assert.Equal(Enumerable.Range(0, 9), drawn.Top.Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 9), drawn.Left.Distinct().Order());
        Assert.InRange(drawn.Flip.Count(flip => flip), 900, 1100);

        var again = Augmentation.Draw(1, 0, 0, 2000, 4, true, 0);
        Assert.Equal(drawn.Top, again.Top);
        Assert.Equal(drawn.Left, again.Left);
        Assert.Equal(drawn.Flip, again.Flip);
        Assert.NotEqual(drawn.Top, Augmentation.Draw(1, 0, 1, 2000, 4, true, 0).Top);
    }

    [Fact]
    public void Draw_KeepsCropsAndFlips_WhenRotationIsOn()
    {
        using var scope = NewDisposeScope();
        var pixels = tensor(Images(9, 6, 6).Cast<byte>().ToArray()).view(9, 3, 6, 6);
        var without = Augmentation.Draw(seed: 3, epoch: 1, step: 2, batch: 9, padding: 2, flips: true, rotation: 0);
        var with = Augmentation.Draw(seed: 3, epoch: 1, step: 2, batch: 9, padding: 2, flips: true, rotation: 30);
        Assert.Equal(without.Top.Concat(without.Left), with.Top.Concat(with.Left));
        Assert.Equal(without.Flip, with.Flip);

        var (straight, rotated) =
            (without.Apply(pixels).contiguous().data<byte>().ToArray(), with.Apply(pixels).contiguous().data<byte>()
                .ToArray());
        var from = new long[36];
        for (var i = 0; i < 9; i++)
        {
            Rotation.FindSources(with.Angle[i], 6, 6, from);
            for (var c = 0; c < 3; c++)
                Assert.Equal(from.Select(place => place == 36 ? (byte)0 : straight[(((i * 3) + c) * 36) + place]),
                    rotated.Skip(((i * 3) + c) * 36).Take(36));
        }
    }

    [Fact]
    public void Draw_GivesUniformAngles_ThatDifferBetweenSteps()
    {
        var drawn = Augmentation.Draw(seed: 1, epoch: 0, step: 0, batch: 4000, padding: 0, flips: false, rotation: 15);
        Assert.All(drawn.Angle, angle => Assert.InRange(angle, -15, 15));
        foreach (var (low, high) in new[] { (-15, -10), (-10, -5), (-5, 0), (0, 5), (5, 10), (10, 15) })
            Assert.InRange(drawn.Angle.Count(angle => angle >= low && angle < high), 560, 780);
        Assert.Equal(drawn.Angle, Augmentation.Draw(1, 0, 0, 4000, 0, false, 15).Angle);
        Assert.NotEqual(drawn.Angle, Augmentation.Draw(1, 0, 1, 4000, 0, false, 15).Angle);
        Assert.All(Augmentation.Draw(1, 0, 0, 10, 4, true, 0).Angle, angle => Assert.Equal(0, angle));
    }

    [Theory]
    [InlineData(Core.Trials.DatasetKind.Cifar10, 0.4914, 0.2023)]
    [InlineData(Core.Trials.DatasetKind.Cifar100, 0.5071, 0.2675)]
    public void Normalisation_HasItsOwnConstants_ForEachDataset(
        Core.Trials.DatasetKind dataset, double mean, double deviation)
    {
        using var scope = NewDisposeScope();
        var normalised = Normalisation.Of(dataset, CPU).Apply(full(1, 3, 1, 1, value: 51, dtype: ScalarType.Byte));
        Assert.Equal((0.2 - mean) / deviation, normalised[0, 0, 0, 0].item<float>(), 1e-5);
    }

    [Fact]
    public void Normalisation_AppliesTheUsualFormula_ToEveryChannel()
    {
        using var scope = NewDisposeScope();
        var images = Images(2, 3, 3);
        var normalised = Normalisation.Of(Core.Trials.DatasetKind.ImageFolder, CPU)
            .Apply(tensor(images.Cast<byte>().ToArray()).view(2, 3, 3, 3));
        var (mean, deviation) = (new[] { 0.4914, 0.4822, 0.4465 }, new[] { 0.2023, 0.1994, 0.2010 });
        foreach (var (i, c, y, x) in new[] { (0, 0, 0, 0), (1, 1, 2, 0), (0, 2, 1, 2), (1, 2, 2, 2) })
            Assert.Equal(((images[i, c, y, x] / 255.0) - mean[c]) / deviation[c],
                normalised[i, c, y, x].item<float>(), 1e-5);
    }
}
