using System.Diagnostics;
using System.Net.Sockets;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;
using SkiaSharp;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TempFolder _root = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Prepare_ReturnsThePreparedImages_WhenTheFolderWasRemoved()
    {
        MakeSmallSet();
        var before = await PrepareAsync();
        Directory.Delete(_root.In("set"), recursive: true);

        var images = await PrepareAsync();

        Assert.Equal(before.Digest, images.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Prepare_FindsNoImages_WhenTheFolderIsMissingAndWasNeverPrepared(bool fetchesNothing)
    {
        var cache = new DatasetCache(TimeProvider.System);
        var request = new PrepareRequest(DatasetKind.ImageFolder, "set", _root.Path)
        {
            FetchesNothing = fetchesNothing,
        };

        if (fetchesNothing)
        {
            var missing = Assert.IsType<ImagesMissing>(await cache.SurveyAsync(request, Cancellation));
            Assert.StartsWith($"{_root.In("set")}: no such image folder; ", missing.Reason, StringComparison.Ordinal);
            Assert.Null(missing.Source);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_root.Path));
        }
        else
        {
            var error = await Assert.ThrowsAsync<BadInputException>(() => cache.PrepareAsync(request, Cancellation));
            Assert.StartsWith($"{_root.In("set")}: no such image folder; ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PrepareAsync_OrdersClassesAndFilesOrdinally_AndKeepsTheirColours()
    {
        MakeSmallSet();
        var images = await PrepareAsync();

        Assert.Equal(["Zebra", "ant"], images.Classes); // In ordinal order capital letters precede small letters.
        Assert.Equal([0, 0, 1], images.LabelsOf(Split.Train).ToArray());
        Assert.Equal([0, 1], images.LabelsOf(Split.Test).ToArray());
        Assert.Equal((8, 8), (images.Height, images.Width));
        using var file = File.OpenRead(images.Path);
        file.Position = images.PixelsPosition;
        var pixels = new byte[5 * 3 * 64];
        file.ReadExactly(pixels);
        Assert.Equal([10, 20, 30], Colour(pixels, 0)); // train/Zebra/10.png comes before train/Zebra/9.png.
        Assert.Equal([40, 50, 60], Colour(pixels, 1));
        Assert.Equal([70, 80, 90], Colour(pixels, 2));
        Assert.Equal([200, 0, 0], Colour(pixels, 3));
        Assert.Equal([0, 0, 200], Colour(pixels, 4));
        Assert.True(images.IsIntact());

        static byte[] Colour(byte[] pixels, int image) =>
            [.. Enumerable.Range(0, 3).Select(c => pixels[(image * 192) + (c * 64) + 37])];
    }

    [Fact]
    public async Task PrepareAsync_PreparesAFolderAgain_OnlyWhenItChanged()
    {
        MakeSmallSet();
        var first = await PrepareAsync();
        var written = File.GetLastWriteTimeUtc(first.Path);
        Assert.Equal(first.Digest, (await PrepareAsync()).Digest);
        Assert.Equal(written, File.GetLastWriteTimeUtc(first.Path));

        PaintImage("train/ant/1.png", 71, 80, 90);
        File.SetLastWriteTimeUtc(_root.In("set", "train", "ant", "1.png"), DateTime.UnixEpoch);
        var changed = await PrepareAsync();
        Assert.NotEqual(first.Digest, changed.Digest);
        PaintImage("train/ant/1.png", 70, 80, 90);
        Assert.Equal(first.Digest, (await PrepareAsync()).Digest);
    }

    [Fact]
    public async Task PrepareAsync_ReplacesADamagedCache_AndKeepsAnIntactOneWithANewTime()
    {
        MakeSmallSet();
        var images = await PrepareAsync();
        await using (var file = new FileStream(images.Path, FileMode.Open))
        {
            file.Position = images.PixelsPosition + 5;
            file.WriteByte(255);
        }

        Assert.False(images.IsIntact());
        Assert.True((await PrepareAsync()).IsIntact());

        File.SetLastWriteTimeUtc(images.Path, DateTime.UnixEpoch);
        Assert.Equal(images.Digest, (await PrepareAsync()).Digest);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(images.Path));
    }

    [Fact]
    public async Task PrepareAsync_WritesOneFile_ForConcurrentRequests()
    {
        MakeSmallSet();
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(PrepareAsync, Cancellation)));
        Assert.Single(all.Select(images => images.Digest).Distinct());
        Assert.Empty(Directory.EnumerateFiles(_root.In("prepared"), "*.tmp"));
    }

    [Fact]
    public async Task PrepareAsync_NamesTheFolder_WhenItIsMissing() =>
        await AssertRejectedAsync("set", "no such image folder");

    [Fact]
    public async Task PrepareAsync_NamesASplit_WhenItIsMissing()
    {
        MakeSmallSet();
        Directory.Delete(_root.In("set", "test"), recursive: true);
        await AssertRejectedAsync("test", "train/<class>/ and test/<class>/");
    }

    [Fact]
    public async Task PrepareAsync_NamesAClass_WhenOneSplitLacksIt()
    {
        MakeSmallSet();
        PaintImage("train/wasp/1.png", 0, 0, 0);
        await AssertRejectedAsync("'wasp' is only in train");
    }

    [Fact]
    public async Task PrepareAsync_NamesAClass_WhenItHasNoImages()
    {
        MakeSmallSet();
        File.Delete(_root.In("set", "test", "ant", "1.png"));
        await AssertRejectedAsync(Path.Combine("test", "ant"), "no images");
    }

    [Fact]
    public async Task PrepareAsync_ReportsTheFile_WhenAFileIsEmpty()
    {
        MakeSmallSet();
        await File.WriteAllBytesAsync(_root.In("set", "test", "ant", "2.jpg"), [], Cancellation);
        await AssertRejectedAsync("2.jpg", "empty file");
    }

    [Fact]
    public async Task PrepareAsync_NamesAFile_WhenItIsNotAnImage()
    {
        MakeSmallSet();
        await File.WriteAllTextAsync(_root.In("set", "test", "ant", "2.jpg"), "hello", Cancellation);
        await AssertRejectedAsync("2.jpg", "not a JPEG or PNG image");
    }

    [Fact]
    public async Task PrepareAsync_NamesAnImage_WhenItIsTruncated()
    {
        MakeSmallSet();
        var path = _root.In("set", "train", "ant", "1.png");
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path, Cancellation))[..^30], Cancellation);
        await AssertRejectedAsync(path, "damaged image");
    }

    [Fact]
    public async Task PrepareAsync_NamesBothSizes_WhenTwoImagesDiffer()
    {
        MakeSmallSet();
        PaintImage("test/Zebra/2.png", 0, 0, 0, side: 9);
        await AssertRejectedAsync("2.png", "9×9", "8×8");
    }

    [Fact]
    public async Task PrepareAsync_NamesAFile_WhenItsExtensionIsUnknown()
    {
        MakeSmallSet();
        await File.WriteAllTextAsync(_root.In("set", "train", "ant", "notes.txt"), "x", Cancellation);
        await AssertRejectedAsync("notes.txt", ".jpg, .jpeg and .png");
    }

    [Theory]
    [InlineData("ln -s ../nowhere.png train/ant/2.png",
        "train/ant/2.png: a link to ../nowhere.png, which does not exist")]
    [InlineData("ln -s nowhere train/wasp", "train/wasp: a link to nowhere, which does not exist")]
    [InlineData("ln -s 3.png train/ant/2.png; ln -s 2.png train/ant/3.png",
        "train/ant/2.png: Too many levels of symbolic links")]
    [InlineData("ln -s . train/ant/2.png", "train/ant/2.png: not an image")]
    [InlineData("mkfifo train/ant/2.png", "train/ant/2.png: a fifo, not a file with images")]
    [InlineData("mkfifo pipe; ln -s ../../pipe train/ant/2.png", "train/ant/2.png: a fifo, not a file with images")]
    [InlineData("ln -s /dev/zero train/ant/2.png", "train/ant/2.png: a character-device, not a file with images")]
    [InlineData("cp train/ant/1.png train/ant/caf$(printf '\\351').png",
        "train/ant/caf\uFFFD.png: the name is not UTF-8")]
    [InlineData("cp -r train/ant train/caf$(printf '\\351')", "train/caf\uFFFD: the name is not UTF-8")]
    [InlineData("ln -s /proc/self/mem train/ant/2.png", "train/ant/2.png: cannot be read: ")]
    public async Task PrepareAsync_NamesFileAndReason_WhenNoImageCanBeRead(string spoil, string expected)
    {
        MakeSmallSet();
        await RunInSetAsync(spoil);
        await AssertRejectedAsync(_root.In(["set", .. expected.Split('/')]));
        // rm removes the files, because .NET cannot remove a file whose name is not UTF-8.
        await RunInSetAsync("rm -r test train");
    }

    [Fact]
    public async Task PrepareAsync_NamesFileAndReason_WhenTheFileIsASocket()
    {
        MakeSmallSet();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_root.In("set", "train", "ant", "2.png")));
        await AssertRejectedAsync("2.png: a socket, not a file with images");
    }

    [Fact]
    public void PrepareAsync_NamesFileAndReason_WhenReadingIsNotPermitted()
    {
        // The test throws the error itself, because root, who may run the tests, may read every file.
        var error = Assert.Throws<BadInputException>(() =>
            SourceFile.Access<int>("/set/1.png", static () => throw new UnauthorizedAccessException()));
        Assert.Equal("/set/1.png: permission denied; make the file or folder readable for this user", error.Message);
    }

    [Fact]
    public async Task PrepareAsync_RejectsAFolderName_WhenItIsAPath()
    {
        foreach (var folder in new[] { "../set", "/etc", null })
        {
            var request = new PrepareRequest(DatasetKind.ImageFolder, folder, _root.Path);
            await Assert.ThrowsAsync<BadInputException>(() => new DatasetCache(TimeProvider.System)
                .PrepareAsync(request, Cancellation));
        }
    }

    [Theory]
    [InlineData("set/train/ant/1.png")]
    [InlineData("set/train/ant")]
    [InlineData("set/train")]
    [InlineData("set")]
    public async Task PrepareAsync_ReadsTheContent_ThroughSymbolicLinks(string link)
    {
        MakeSmallSet();
        var path = _root.In(link.Split('/'));
        var (first, second) = (_root.In("store", "v1"), _root.In("store", "v2"));
        Directory.CreateDirectory(_root.In("store"));
        Directory.Move(path, first);
        Directory.CreateSymbolicLink(path, first);
        var before = await PrepareAsync();
        Assert.Equal(before.Digest, (await PrepareAsync()).Digest);

        // Replaces the first target by a file of the same length and time, as DVC and git-annex do.
        using (var copy = Process.Start("cp", ["-a", first, second])) await copy.WaitForExitAsync(Cancellation);
        var image = _root.In(
            ["store", "v2", .. "set/train/ant/1.png"[link.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries)]);
        var (length, time) = (new FileInfo(image).Length, File.GetLastWriteTimeUtc(image));
        WritePng(image, 80, 90, 70);
        File.SetLastWriteTimeUtc(image, time);
        Assert.Equal(length, new FileInfo(image).Length);
        File.Delete(path);
        Directory.CreateSymbolicLink(path, second);
        var turned = await PrepareAsync();
        Assert.NotEqual(before.Digest, turned.Digest);

        WritePng(image, 1, 2, 3);
        File.SetLastWriteTimeUtc(image, DateTime.UnixEpoch);
        Assert.NotEqual(turned.Digest, (await PrepareAsync()).Digest);
    }

    [Fact]
    public async Task OpenAsync_FindsTheSubmittedImages_AfterTheFolderChanged()
    {
        MakeSmallSet();
        var submitted = await PrepareAsync();
        PaintImage("train/ant/2.png", 1, 2, 3);
        // The preparation of the changed folder, for example by `explain`, must not remove the submitted images.
        Assert.NotEqual(submitted.Digest, (await PrepareAsync()).Digest);

        Assert.True((await OpenAsync(submitted.Digest)).IsIntact());
        // Changes the file's time, as a copy to another machine does.
        File.SetLastWriteTimeUtc(submitted.Path, DateTime.UnixEpoch);
        Directory.Delete(_root.In("set"), recursive: true);
        Assert.Equal(submitted.Digest, (await OpenAsync(submitted.Digest)).Digest);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PrepareAsync_UsesPreparedFiles_OfAnEarlierBuild(bool isStamped)
    {
        MakeSmallSet();
        var images = await PrepareAsync();
        var earlier = _root.In("prepared", "folder-set.images");
        var (digest, source) = (images.Digest, new ImageFolder(_root.In("set")).Fingerprint);
        File.Move(images.Path, earlier);
        foreach (var file in (string[])[$"{images.Path}.json", _root.In("prepared", "folder-set.made")])
            File.Delete(file);
        var (length, modified) = (new FileInfo(earlier).Length, File.GetLastWriteTimeUtc(earlier));
        var stamp = isStamped
            ? $$"""{"source":"{{source}}","length":{{length}},"modifiedUtc":"{{modified:O}}"}""" : "half";
        await File.WriteAllTextAsync($"{earlier}.json", stamp, Cancellation);

        Assert.Equal(isStamped ? earlier : images.Path, (await PrepareAsync()).Path);
        PaintImage("train/ant/2.png", 1, 2, 3);
        Assert.NotEqual(digest, (await PrepareAsync()).Digest);
        Assert.Equal(digest, (await OpenAsync(digest)).Digest);
        Assert.Equal((length, modified), (new FileInfo(earlier).Length, File.GetLastWriteTimeUtc(earlier)));
    }

    private async Task RunInSetAsync(string command)
    {
        using var shell =
            Process.Start(new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = _root.In("set") })!;
        await shell.WaitForExitAsync(Cancellation);
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task AssertRejectedAsync(params string[] fragments)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(PrepareAsync);
        Assert.All(fragments, fragment => Assert.Contains(fragment, error.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(_root.In("prepared"))
            && Directory.EnumerateFiles(_root.In("prepared"), "*.images").Any());
    }

    private Task<PreparedImages> PrepareAsync() =>
        new DatasetCache(TimeProvider.System)
            .PrepareAsync(new PrepareRequest(DatasetKind.ImageFolder, "set", _root.Path), CancellationToken.None);

    [Fact]
    public async Task OpenAsync_FindsFetchedImages_WithoutTheOriginals()
    {
        MakeSmallSet();
        var made = await PrepareAsync();
        using var node = new TempFolder();
        var fetched = new PreparedFolder(node.Path);
        Directory.CreateDirectory(fetched.Path);
        // The file that marks images as verified is not copied, so that the fetched images are verified again.
        File.Copy(made.Path, fetched.PathOf(made.Digest));

        var opened = await new DatasetCache(TimeProvider.System).OpenAsync(
            new PrepareRequest(DatasetKind.ImageFolder, "set", node.Path), made.Digest, CancellationToken.None);

        Assert.Equal((fetched.PathOf(made.Digest), made.Digest), (opened.Path, opened.Digest));
    }

    private Task<PreparedImages> OpenAsync(string digest) =>
        new DatasetCache(TimeProvider.System)
            .OpenAsync(new PrepareRequest(DatasetKind.ImageFolder, "set", _root.Path), digest, CancellationToken.None);

    private void MakeSmallSet()
    {
        PaintImage("train/Zebra/9.png", 40, 50, 60);
        PaintImage("train/Zebra/10.png", 10, 20, 30);
        PaintImage("train/ant/1.png", 70, 80, 90);
        PaintImage("test/Zebra/1.png", 200, 0, 0);
        PaintImage("test/ant/1.png", 0, 0, 200);
    }

    private void PaintImage(string path, byte red, byte green, byte blue, int side = 8)
    {
        var full = _root.In(["set", .. path.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        WritePng(full, red, green, blue, side);
    }

    private static void WritePng(string path, byte red, byte green, byte blue, int side = 8)
    {
        using var bitmap = new SKBitmap(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(red, green, blue));
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(path, encoded.ToArray());
    }
}
