using System.Text.Json;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
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
    [InlineData(DatasetKind.Synthetic)]
    [InlineData(DatasetKind.Shapes)]
    public async Task SurveyAsync_DescribesThePreparedImages_AndWritesNothing(DatasetKind kind)
    {
        using var root = new TempFolder();
        var cache = new DatasetCache(TimeProvider.System);
        var request = new PrepareRequest(kind, Folder: null, root.In("data")) { FetchesNothing = true };

        var surveyed = await cache.SurveyAsync(request, TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists(root.In("data")));
        var prepared = (await cache.PrepareAsync(request, TestContext.Current.CancellationToken)).Answer();
        Assert.Equal(JsonSerializer.Serialize<PrepareEvent>(prepared), JsonSerializer.Serialize(surveyed));
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
