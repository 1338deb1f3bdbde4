using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;
using static Sbnn.Sweeps.Tests.Support.ScriptedServer;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

/// <summary>
/// Tests downloads from a server that is slow, ends a transfer early, does not support ranges, or has the wrong file.
/// </summary>
public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(static i => (byte)(i * 31 >> 3))];
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly List<PrepareEvent> _reported = [];

    private string Target => _folder.In("file.bin");

    private string Part => _folder.In("file.bin.part");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_DownloadsAndChecksAFile()
    {
        using var server = new ScriptedServer(Serve(Content));

        await FetchAsync(server);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal(["file.bin"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        var news = _reported.Cast<ArchiveFetched>().ToList();
        Assert.Equal((0L, 300_000L), (news[0].Received, news[^1].Received));
        Assert.All(news, step => Assert.Equal(300_000, step.Total));
        Assert.Equal(news.OrderBy(static step => step.Received), news);
    }

    [Fact]
    public async Task RunAsync_ResumesATransfer_AfterAnInterruption()
    {
        using var server =
            new ScriptedServer(Serve(Content, cutAfter: 100_000), Serve(Content, cutAfter: 50_000), Serve(Content));

        await FetchAsync(server, pauses: [1, 1]);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("range:", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=100000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("if-range: \"v1\"", server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=150000-\r", server.Requests[2], StringComparison.Ordinal);
        Assert.Equal(2, _reported.OfType<FetchInterrupted>().Count());
    }

    [Fact]
    public async Task RunAsync_ResumesADownload_WhenAnotherProcessBeganIt()
    {
        using var stop = new CancellationTokenSource();
        using (var stalling = new ScriptedServer(SendThenStall(120_000)))
        {
            var stopped = Fetch(stalling).RunAsync(stop.Token);
            await UntilAsync(() => PartLength == 120_000, stopped);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        }

        using var server = new ScriptedServer(Serve(Content));
        await FetchAsync(server);

        Assert.Contains("\nrange: bytes=120000-\r", Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_StartsOver_WhenTheServerSupportsNoRanges()
    {
        using var server = new ScriptedServer(Serve(Content, cutAfter: 100_000), Serve(Content, knowsRanges: false));

        await FetchAsync(server, pauses: [1]);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_StartsOver_WhenTheFileChangedOnTheServer()
    {
        byte[] older = [.. Content.Reverse()];
        using var server = new ScriptedServer(Serve(older, "\"v0\"", cutAfter: 100_000), Serve(Content, "\"v1\""));

        await FetchAsync(server, pauses: [1]);

        Assert.Contains("if-range: \"v0\"", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_ResumesATransfer_WhenItStalls()
    {
        using var server = new ScriptedServer(SendThenStall(70_000), Serve(Content));
        var fetch = Fetch(server).RunAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => PartLength == 70_000, fetch);

        // The clock is advanced repeatedly, because the bytes that arrive last may restart the limit after the first
        // advance.
        await UntilAsync(
            () =>
            {
                var isGivenUp = WasInterrupted;
                if (!isGivenUp) _time.Advance(TimeSpan.FromSeconds(30));
                return isGivenUp;
            },
            fetch);
        await PauseAsync(1, fetch);
        await fetch;

        Assert.Contains(
            "nothing was received for 30 seconds", Assert.Single(_reported.OfType<FetchInterrupted>()).Reason,
            StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=70000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_ContinuesASlowTransfer_WhileBytesArrive()
    {
        using var server = new ScriptedServer(async (_, stream) =>
        {
            await HeadAsync(stream, $"200 OK\r\nContent-Length: {Content.Length}");
            var sent = 0;
            foreach (var some in Content.Chunk(60_000))
            {
                await stream.WriteAsync(some);
                sent += some.Length;
                await UntilAsync(() => PartLength == sent || File.Exists(Target));
                // In total the transfer takes longer than the limit of 30 seconds without bytes.
                _time.Advance(TimeSpan.FromSeconds(29));
            }
        });

        await FetchAsync(server);

        Assert.Single(server.Requests);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_RejectsTheWrongFile_AndNamesBothDigests()
    {
        byte[] other = [.. Content];
        other[123_456] ^= 1;
        using var server = new ScriptedServer(Serve(other));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains(Digest(other), error.Message, StringComparison.Ordinal);
        Assert.Contains(Digest(Content), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("403 Forbidden")]
    public async Task RunAsync_DoesNotRetry_WhenTheServerHasNoSuchFile(string status)
    {
        using var server = new ScriptedServer(Status(status));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains(status, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task RunAsync_Retries_WhenTheServerIsBusy()
    {
        using var server =
            new ScriptedServer(Status("503 Service Unavailable"), Status("429 Too Many Requests"), Serve(Content));

        await FetchAsync(server, pauses: [1, 2]);

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal([1, 2], _reported.OfType<FetchInterrupted>().Select(static news => news.PauseSeconds));
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_KeepsTheReceivedBytes_WhenItGivesUp()
    {
        // The server does not support ranges and always ends early, so no try receives bytes beyond those of the first
        // one.
        using var server = new ScriptedServer(Serve(Content, cutAfter: 100_000, knowsRanges: false));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server, pauses: [1, 1, 2, 4, 8]));

        Assert.Contains("5 tries in a row", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(100_000, PartLength);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task RunAsync_RejectsTheAnswer_WhenItIsAWebPage()
    {
        await File.WriteAllBytesAsync(Part, Content[..1000], TestContext.Current.CancellationToken);
        using var server = new ScriptedServer(Serve("please log in"u8.ToArray(), knowsRanges: false));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains("13 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, PartLength);
    }

    [Fact]
    public async Task RunAsync_RejectsTheAnswer_WhenItIsLongerThanTheFile()
    {
        using var server = new ScriptedServer(async (_, stream) =>
        {
            await HeadAsync(stream, "200 OK"); // The answer states no length, so the file ends with the connection.
            await stream.WriteAsync(Content);
            await stream.WriteAsync(Content);
        });

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains("the server sent more than", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task RunAsync_OnlyChecksTheDigest_WhenThePartFileIsComplete()
    {
        await File.WriteAllBytesAsync(Part, Content, TestContext.Current.CancellationToken);
        using var server = new ScriptedServer(Status("500 Internal Server Error"));

        await FetchAsync(server);

        Assert.Empty(server.Requests);
        Assert.True(File.Exists(Target));
    }

    private bool WasInterrupted
    {
        get { lock (_reported) return _reported.Exists(static news => news is FetchInterrupted); }
    }

    private long PartLength => File.Exists(Part) ? new FileInfo(Part).Length : 0;

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Func<string, Stream, Task> SendThenStall(int bytes) => async (request, stream) =>
    {
        await Serve(Content, cutAfter: bytes)(request, stream);
        await stream.FlushAsync();
        // The answer stalls until the client disconnects.
        _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
    };

    private Download Fetch(ScriptedServer server) =>
        new(new Uri($"{server.Url}/file.bin"), Target, Content.Length, Digest(Content), _time, news =>
    {
        lock (_reported) _reported.Add(news);
    });

    private async Task FetchAsync(ScriptedServer server, params double[] pauses)
    {
        var fetch = Fetch(server).RunAsync(TestContext.Current.CancellationToken);
        foreach (var pause in pauses) await PauseAsync(pause, fetch);
        await fetch;
    }

    private async Task PauseAsync(double seconds, Task fetch)
    {
        await UntilAsync(() => _time.HasTimer(TimeSpan.FromSeconds(seconds)), fetch);
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }

    private static async Task UntilAsync(Func<bool> condition, Task? unless = null)
    {
        while (!condition() && unless?.IsCompleted != true) await Task.Delay(2, TestContext.Current.CancellationToken);
    }
}
