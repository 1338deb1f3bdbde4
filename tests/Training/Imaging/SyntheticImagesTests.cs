using Sbnn.Sweeps.Trainer.Imaging;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class SyntheticImagesTests(PreparedSynthetic data)
{
    [Fact]
    public void Digest_IsTheSameOnEveryMachine() =>
        Assert.Equal("4d275e59359fad442667fa9703391093c8bbf9d556b4f530e846416148f0840f", data.Images.Digest);

    [Fact]
    public void LinearClassifier_StaysBelow35Percent_OnThePixels()
    {
        using var scope = NewDisposeScope();
        var (train, test) =
            (new ImageSplit(data.Images, Split.Train, null, CPU), new ImageSplit(data.Images, Split.Test, null, CPU));
        var (x, labels) = Take(train);
        var (tested, expected) = Take(test);
        var targets = nn.functional.one_hot(labels, 10).to(float64);

        // The classifier is a ridge regression on the class indicators, solved exactly, with the best of several
        // strengths.
        var gram = x.t().matmul(x);
        var right = x.t().matmul(targets);
        var best = 0.0;
        foreach (var strength in new[] { 1e2, 1e3, 1e4, 1e5 })
        {
            var weights = linalg.solve(gram + (strength * eye(gram.shape[0], dtype: float64)), right);
            best = Math.Max(best, tested.matmul(weights).argmax(1).eq(expected).to(float64).mean().item<double>());
        }

        Assert.InRange(best, 0.05, 0.35);

        static (Tensor X, Tensor Labels) Take(ImageSplit split)
        {
            var (pixels, labels) = split.Gather([.. Enumerable.Range(0, split.Count).Select(i => (long)i)]);
            // Averages of 2×2 pixels keep the linear system small. A constant feature is added.
            var small = nn.functional.avg_pool2d(pixels.to(float64).div_(255).sub_(0.5), 2).flatten(1);
            return (cat([small, ones(small.shape[0], 1, dtype: float64)], 1), labels);
        }
    }
}
