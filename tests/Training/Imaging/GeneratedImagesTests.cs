using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

/// <summary>Tests properties that every kind of generated images must have.</summary>
public sealed class GeneratedImagesTests
{
    private static readonly Dictionary<string, GeneratedImages> Sources =
        new() { ["synthetic"] = new SyntheticImages(), ["shapes"] = new ShapeImages() };

    public static TheoryData<string> Kinds => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LabelsOf_ReturnsEveryClassOnce_InEveryTenImages(string kind)
    {
        foreach (var (split, count) in new[] { (Split.Train, 10_000), (Split.Test, 2_000) })
        {
            var labels = Sources[kind].LabelsOf(split);
            Assert.Equal(count, labels.Count);
            Assert.All(labels.Select(static (label, i) => (label, i)),
                static pair => Assert.Equal(pair.i % 10, pair.label));
        }

        Assert.Equal(10, Sources[kind].Classes.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Read_ReturnsNoImageTwice(string kind)
    {
        var seen = new HashSet<string>();
        var pixels = new byte[3 * 32 * 32];
        foreach (var split in new[] { Split.Train, Split.Test })
        {
            for (var i = 0; i < 1000; i++)
            {
                Sources[kind].Read(split, i, pixels);
                Assert.True(seen.Add(Convert.ToBase64String(pixels)));
            }
        }
    }
}
