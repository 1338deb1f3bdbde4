using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;
using SkiaSharp;

namespace Sbnn.Sweeps.Tests.Training;

/// <summary>A part of CIFAR-10 as JPEG files, which the first test that needs the files unpacks.</summary>
public sealed class PhotographFolder : IDisposable
{
    public const string Name = "cifar10";

    private const int Size = 32; // Rows and columns of the photographs.

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, PreparedImages> _prepared = new(StringComparer.Ordinal);

    public string DataRoot => _folder.Path;

    /// <summary>
    /// Prepares the photographs: 50 for training and 10 for testing in each of ten classes. Skips the test when the
    /// archive is not available.
    /// </summary>
    internal async Task<PreparedImages> PrepareAsync(CancellationToken cancellation)
    {
        if (_prepared.TryGetValue(Name, out var known)) return known;
        var archive = SharedFiles.Get("data", "cifar10-jpeg.tar.xz");
        Directory.CreateDirectory(_folder.In(Name));
        // Extracts about every hundredth image.
        using (var tar = Process.Start("tar", ["-xJf", archive, "-C", _folder.In(Name), "--wildcards", "*/*/*77.jpg"]))
            await tar.WaitForExitAsync(cancellation);
        return await ReadAsync(Name, cancellation);
    }

    /// <summary>
    /// Prepares photographs that are enlarged to size×size pixels, for networks in ImageNet's layout. Returns the name
    /// of their folder, too.
    /// </summary>
    /// <param name="size">The number of rows and of columns.</param>
    /// <param name="classes">The number of classes, the first in ordinal order.</param>
    /// <param name="images">The number of images of each class and split.</param>
    /// <param name="cancellation">Cancels the preparation.</param>
    internal async Task<(string Folder, PreparedImages Images)> EnlargeAsync(
        int size, int classes, int images, CancellationToken cancellation)
    {
        await PrepareAsync(cancellation);
        if (size == Size) return (Name, _prepared[Name]);
        var name = $"{Name}-{size}";
        if (_prepared.TryGetValue(name, out var known)) return (name, known);
        foreach (var split in (string[])["train", "test"])
        {
            foreach (var folder in Directory.EnumerateDirectories(_folder.In(Name, split))
                .Order(StringComparer.Ordinal).Take(classes))
            {
                var to = _folder.In(name, split, Path.GetFileName(folder));
                Directory.CreateDirectory(to);
                foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(images))
                    Enlarge(file, Path.Combine(to, Path.GetFileNameWithoutExtension(file) + ".png"), size);
            }
        }

        return (name, await ReadAsync(name, cancellation));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<PreparedImages> ReadAsync(string name, CancellationToken cancellation) =>
        _prepared[name] = await new DatasetCache(TimeProvider.System)
            .PrepareAsync(new PrepareRequest(DatasetKind.ImageFolder, name, DataRoot), cancellation);

    private static void Enlarge(string from, string to, int size)
    {
        using var small = SKBitmap.Decode(from);
        using var large = small.Resize(
            new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque), SKFilterQuality.Medium);
        using var file = File.Create(to);
        Assert.True(large.Encode(file, SKEncodedImageFormat.Png, quality: 100));
    }
}
