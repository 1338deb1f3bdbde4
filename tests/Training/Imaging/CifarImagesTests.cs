using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class CifarImagesTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly List<PrepareEvent> _reported = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task PrepareAsync_KeepsOrderLabelsAndPixels_OfCifar10()
    {
        SmallCifar.Write10(_root.Path, images: 20);

        var images = await PrepareAsync(DatasetKind.Cifar10);

        Assert.Equal((100, 20, 32, 32),
            (images.LabelsOf(Split.Train).Length, images.LabelsOf(Split.Test).Length, images.Height, images.Width));
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            images.Classes);
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (ushort)(i % 10)), images.LabelsOf(Split.Train)
            .ToArray());
        var pixels = ReadPixels(images);
        Assert.Equal(Expected(file: 0, image: 0), pixels[0]);
        Assert.Equal(Expected(file: 2, image: 3), pixels[43]);
        Assert.Equal(Expected(file: 5, image: 19), pixels[119]);
    }

    [Fact]
    public async Task PrepareAsync_UsesTheFineLabels_OfCifar100()
    {
        SmallCifar.Write100(_root.Path, images: 100);

        var images = await PrepareAsync(DatasetKind.Cifar100);

        Assert.Equal((500, 100, 100),
            (images.LabelsOf(Split.Train).Length, images.LabelsOf(Split.Test).Length, images.Classes.Count));
        Assert.Equal(("apple", "worm"), (images.Classes[0], images.Classes[99]));
        Assert.Equal(images.Classes.Order(StringComparer.Ordinal), images.Classes);
        Assert.Equal(37, images.LabelsOf(Split.Train)[137]);
        var pixels = ReadPixels(images);
        Assert.Equal(Expected(file: 0, image: 137), pixels[137]);
        Assert.Equal(Expected(file: 1, image: 4), pixels[504]);
    }

    [Theory]
    [InlineData("data_batch_3.bin", -1, "61459 bytes", "3073")]
    // These files end between two images.
    [InlineData("data_batch_3.bin", -3073, "19 images, but 20 in test_batch.bin", "is incomplete")]
    [InlineData("test_batch.bin", -3073, "data_batch_1.bin: 20 images, but 19 in test_batch.bin", "is incomplete")]
    [InlineData("test_batch.bin", -61_460, "0 bytes", "3073")]
    [InlineData("data_batch_5.bin", null, "missing", "cifar10 consists of data_batch_1.bin")]
    public async Task PrepareAsync_NamesAFile_WhenItIsTruncatedOrMissing(
        string file, int? change, params string[] expected)
    {
        var path = Path.Combine(SmallCifar.Write10(_root.Path, images: 20), file);
        if (change is { } bytes)
        {
            await using var stream = new FileStream(path, FileMode.Open);
            stream.SetLength(stream.Length + bytes);
        }
        else
        {
            File.Delete(path);
        }

        await AssertRejectedAsync(DatasetKind.Cifar10, expected);
    }

    [Theory]
    [InlineData(DatasetKind.Cifar10, "test_batch.bin", 2 * 3073, 10, "record 2 has the label 10 (allowed: 0 to 9)")]
    [InlineData(DatasetKind.Cifar100, "train.bin", 7 * 3074, 20, "record 7 has the label 20 (allowed: 0 to 19)")]
    [InlineData(DatasetKind.Cifar100, "train.bin", (7 * 3074) + 1, 100,
        "record 7 has the label 100 (allowed: 0 to 99)")]
    public async Task PrepareAsync_NamesALabel_WhenItIsOutOfRange(
        DatasetKind dataset, string file, int at, byte label, string expected)
    {
        var folder = dataset == DatasetKind.Cifar10 ? SmallCifar.Write10(_root.Path, images: 20)
            : SmallCifar.Write100(_root.Path, images: 100);
        await using (var stream = new FileStream(Path.Combine(folder, file), FileMode.Open))
        {
            stream.Position = at;
            stream.WriteByte(label);
        }

        await AssertRejectedAsync(dataset, Path.Combine(folder, file), expected);
    }

    [Fact]
    public async Task PrepareAsync_PreparesAgain_WhenTheFolderChanges()
    {
        var folder = SmallCifar.Write10(_root.Path, images: 20);
        var first = await PrepareAsync(DatasetKind.Cifar10);
        File.Delete(Path.Combine(folder, "data_batch_2.bin"));

        await Assert.ThrowsAsync<BadInputException>(() => PrepareAsync(DatasetKind.Cifar10));

        SmallCifar.Write10(_root.Path, images: 20);
        Assert.Equal(first.Digest, (await PrepareAsync(DatasetKind.Cifar10)).Digest);
    }

    [Theory]
    [InlineData("cifar-10-batches-bin/test_batch.bin")]
    [InlineData("cifar-10-batches-bin")]
    public async Task PrepareAsync_ReadsTheContent_ThroughSymbolicLinks(string link)
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var (path, store) = (_root.In(link.Split('/')), _root.In("store"));
        Directory.Move(path, store);
        Directory.CreateSymbolicLink(path, store);
        var before = await PrepareAsync(DatasetKind.Cifar10);

        await using (var file = new FileStream(_root.In("cifar-10-batches-bin", "test_batch.bin"), FileMode.Open))
        {
            file.Position = 1;
            file.WriteByte(255);
        }

        Assert.NotEqual(before.Digest, (await PrepareAsync(DatasetKind.Cifar10)).Digest);
    }

    [Theory]
    [InlineData("cifar-10-batches-bin", "ln -s nowhere",
        "cifar-10-batches-bin: a link to nowhere, which does not exist")]
    [InlineData("cifar-10-binary.tar.gz", "ln -s nowhere",
        "cifar-10-binary.tar.gz: a link to nowhere, which does not exist")]
    [InlineData("cifar-10-binary.tar.gz", "mkfifo", "cifar-10-binary.tar.gz: a fifo, not a file with images")]
    [InlineData("cifar-10-batches-bin/test_batch.bin", "mkfifo", "test_batch.bin: a fifo, not a file with images")]
    [InlineData("cifar-10-batches-bin/test_batch.bin", "ln -s test_batch.bin",
        "test_batch.bin: Too many levels of symbolic links")]
    public async Task PrepareAsync_NamesFileAndReason_WhenNoImagesCanBeRead(string path, string make, string expected)
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var (folder, full) = (_root.In("cifar-10-batches-bin"), _root.In(path.Split('/')));
        if (File.Exists(full)) File.Delete(full);
        else Directory.Delete(folder, recursive: true);
        string[] command = [.. make.Split(' '), full];
        using (var maker = Process.Start(command[0], command[1..])) await maker.WaitForExitAsync(Cancellation);

        await AssertRejectedAsync(DatasetKind.Cifar10, expected);
    }

    [Fact]
    public async Task PrepareAsync_ReadsTheArchive_WithoutUnpackingIt()
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var inFolder = await PrepareAsync(DatasetKind.Cifar10);
        var format = Pack();
        File.Delete(inFolder.Path);

        Assert.Equal(inFolder.Digest, (await PrepareAsync(format)).Digest);
        Assert.Equal(["cifar-10-binary.tar.gz", "prepared"], Directory.EnumerateFileSystemEntries(_root.Path)
            .Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task PrepareAsync_NamesBothDigests_WhenTheArchiveIsDamaged()
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var format = Pack();
        await using (var archive = new FileStream(_root.In(format.Archive), FileMode.Open))
        {
            archive.Position = archive.Length / 2;
            archive.WriteByte((byte)(archive.ReadByte() + 1));
        }

        var error = await Assert.ThrowsAsync<BadInputException>(() => PrepareAsync(format));
        Assert.Contains(format.ArchiveSha256, error.Message, StringComparison.Ordinal);
        Assert.Contains("delete it so that it is fetched again", error.Message, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(_root.In(format.Archive), new byte[5], Cancellation);
        error = await Assert.ThrowsAsync<BadInputException>(() => PrepareAsync(format));
        Assert.Contains($"5 bytes, but {format.Archive} has {format.ArchiveBytes}", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_DownloadsOnce_EvenIfTheArchiveIsRemovedLater()
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var format = Pack();
        using var server =
            new ScriptedServer(
                ScriptedServer.Serve(await File.ReadAllBytesAsync(_root.In(format.Archive), Cancellation)));
        format = format with { Source = server.Url };
        File.Delete(_root.In(format.Archive));

        var images = await PrepareAsync(format);
        Assert.Equal(100, images.LabelsOf(Split.Train).Length);
        Assert.Equal(format.ArchiveBytes, Assert.IsType<ArchiveFetched>(_reported[^1]).Received);
        Assert.Contains("get /files/cifar-10-binary.tar.gz ", Assert.Single(server.Requests), StringComparison.Ordinal);

        File.Delete(_root.In(format.Archive));
        // Changes the file's time, as a copy to another machine does.
        File.SetLastWriteTimeUtc(images.Path, DateTime.UnixEpoch);
        Assert.Equal(images.Digest, (await PrepareAsync(format)).Digest);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task PrepareAsync_WaitsAndReportsWhy_WhileAnotherProcessDownloads()
    {
        SmallCifar.Write10(_root.Path, images: 20);
        var format = Pack();
        var archive = await File.ReadAllBytesAsync(_root.In(format.Archive), Cancellation);
        File.Delete(_root.In(format.Archive));
        using var server = new ScriptedServer(async (request, stream) =>
        {
            while (!HasReported<ImagesAwaited>()) await Task.Delay(2, Cancellation);
            await ScriptedServer.Serve(archive)(request, stream);
        });
        format = format with { Source = server.Url };

        var both = await Task.WhenAll(PrepareAsync(format), PrepareAsync(format));

        Assert.Equal(both[0].Digest, both[1].Digest);
        Assert.Single(server.Requests);
        Assert.Contains("another process fetches or prepares", Assert.Single(_reported.OfType<ImagesAwaited>()).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_NamesTheWaysToProvideImages_WhenTheDownloadFails()
    {
        using var server = new ScriptedServer(ScriptedServer.Status("404 Not Found"));
        var format = CifarFormat.Of(DatasetKind.Cifar100)! with { Source = server.Url };

        var error = await Assert.ThrowsAsync<BadInputException>(() => PrepareAsync(format));

        foreach (var part in new[] { "cifar100: ", "404 Not Found", "put cifar-100-binary.tar.gz",
            _root.In("cifar-100-binary", "test.bin"), "SBNN_CIFAR_URL" })
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Expected(int file, int image) =>
        [.. Enumerable.Range(0, 3072).Select(at => SmallCifar.Pixel(file, image, at))];

    private static byte[][] ReadPixels(PreparedImages images) =>
        [.. File.ReadAllBytes(images.Path).Skip((int)images.PixelsPosition).Chunk(3072)];

    private bool HasReported<T>()
    {
        lock (_reported) return _reported.OfType<T>().Any();
    }

    /// <summary>
    /// Replaces the folder of the small CIFAR-10 by an archive with the published archive's layout. Returns a format
    /// that expects this archive's digest.
    /// </summary>
    private CifarFormat Pack()
    {
        var format = CifarFormat.Of(DatasetKind.Cifar10)!;
        var archive = _root.In(format.Archive);
        using (var packed = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
            TarFile.CreateFromDirectory(_root.In(format.Folder), packed, includeBaseDirectory: true);
        Directory.Delete(_root.In(format.Folder), recursive: true);
        var bytes = File.ReadAllBytes(archive);
        return format with
        {
            ArchiveBytes = bytes.Length,
            ArchiveSha256 = Convert.ToHexStringLower(SHA256.HashData(bytes))
        };
    }

    private async Task AssertRejectedAsync(DatasetKind dataset, params string[] expected)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => PrepareAsync(dataset));
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private Task<PreparedImages> PrepareAsync(DatasetKind dataset) => PrepareAsync(CifarFormat.Of(dataset)!);

    private Task<PreparedImages> PrepareAsync(CifarFormat format)
    {
        var cache = new DatasetCache(TimeProvider.System)
        {
            CifarOf = _ => format,
            Report = news =>
            {
                lock (_reported) _reported.Add(news);
            },
        };
        return cache.PrepareAsync(new PrepareRequest(format.Dataset, null, _root.Path), Cancellation);
    }
}
