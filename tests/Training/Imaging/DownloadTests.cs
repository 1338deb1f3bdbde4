using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Imaging;
using static Sbnn.Sweeps.Tests.Support.ScriptedServer;

namespace Sbnn.Sweeps.Tests.Training.Imaging;

/// <summary>Fetching a file from a server that is slow, breaks off, knows no ranges, or has the wrong file.</summary>
public sealed class DownloadTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(static i => (byte)(i * 31 >> 3))];
    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly List<PrepareEvent> _told = [];

    private string Target => _folder.In("file.bin");

    private string Part => _folder.In("file.bin.part");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_fetched_checked_and_put_in_place()
    {
        using var server = new ScriptedServer(Serve(Content));

        await FetchAsync(server);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal(["file.bin"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        var news = _told.Cast<ArchiveFetched>().ToList();
        Assert.Equal((0L, 300_000L), (news[0].Received, news[^1].Received));
        Assert.All(news, step => Assert.Equal(300_000, step.Total));
        Assert.Equal(news.OrderBy(static step => step.Received), news);
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_goes_on_where_it_stopped()
    {
        using var server =
            new ScriptedServer(Serve(Content, cutAfter: 100_000), Serve(Content, cutAfter: 50_000), Serve(Content));

        await FetchAsync(server, pauses: [1, 1]);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
        Assert.DoesNotContain("range:", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=100000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("if-range: \"v1\"", server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=150000-\r", server.Requests[2], StringComparison.Ordinal);
        Assert.Equal(2, _told.OfType<FetchInterrupted>().Count());
    }

    [Fact]
    public async Task A_fetch_that_was_stopped_is_gone_on_with_by_the_next_process()
    {
        using var stop = new CancellationTokenSource();
        using (var stalling = new ScriptedServer(SendsAndStalls(120_000)))
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
    public async Task A_server_that_knows_no_ranges_is_asked_from_the_start()
    {
        using var server = new ScriptedServer(Serve(Content, cutAfter: 100_000), Serve(Content, knowsRanges: false));

        await FetchAsync(server, pauses: [1]);

        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_changed_on_the_server_is_fetched_from_the_start()
    {
        byte[] older = [.. Content.Reverse()];
        using var server = new ScriptedServer(Serve(older, "\"v0\"", cutAfter: 100_000), Serve(Content, "\"v1\""));

        await FetchAsync(server, pauses: [1]);

        Assert.Contains("if-range: \"v0\"", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_transfer_that_stands_still_is_given_up_and_gone_on_with()
    {
        using var server = new ScriptedServer(SendsAndStalls(70_000), Serve(Content));
        var fetch = Fetch(server).RunAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => PartLength == 70_000, fetch);

        // Again and again: the limit may begin anew, after the last bytes, only when the clock has gone on once.
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

        Assert.Contains("nothing came for 30 seconds", Assert.Single(_told.OfType<FetchInterrupted>()).Reason,
            StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=70000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_slow_transfer_is_not_given_up_as_long_as_something_comes()
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
                _time.Advance(TimeSpan.FromSeconds(29)); // Five times: longer than the limit in all.
            }
        });

        await FetchAsync(server);

        Assert.Single(server.Requests);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_wrong_file_is_refused_with_both_digests_and_not_kept()
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
    public async Task A_server_that_does_not_have_it_is_asked_once(string status)
    {
        using var server = new ScriptedServer(Status(status));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains(status, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again()
    {
        using var server =
            new ScriptedServer(Status("503 Service Unavailable"), Status("429 Too Many Requests"), Serve(Content));

        await FetchAsync(server, pauses: [1, 2]);

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal([1, 2], _told.OfType<FetchInterrupted>().Select(static news => news.PauseSeconds));
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Tries_that_bring_nothing_new_come_to_an_end_and_what_has_come_is_kept()
    {
        // It knows no ranges and never gets far: each try brings only what was there already.
        using var server = new ScriptedServer(Serve(Content, cutAfter: 100_000, knowsRanges: false));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server, pauses: [1, 1, 2, 4, 8]));

        Assert.Contains("5 tries in a row", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(100_000, PartLength);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task A_page_that_stands_in_for_the_file_is_refused_by_its_length_and_spoils_nothing()
    {
        await File.WriteAllBytesAsync(Part, Content[..1000], TestContext.Current.CancellationToken);
        using var server = new ScriptedServer(Serve("please log in"u8.ToArray(), knowsRanges: false));

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains("13 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, PartLength);
    }

    [Fact]
    public async Task More_bytes_than_the_file_has_are_refused()
    {
        using var server = new ScriptedServer(async (_, stream) =>
        {
            await HeadAsync(stream, "200 OK"); // No length: the connection's end is the file's.
            await stream.WriteAsync(Content);
            await stream.WriteAsync(Content);
        });

        var error = await Assert.ThrowsAsync<BadInputException>(() => FetchAsync(server));

        Assert.Contains("more bytes", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public async Task A_part_that_is_whole_is_only_checked()
    {
        await File.WriteAllBytesAsync(Part, Content, TestContext.Current.CancellationToken);
        using var server = new ScriptedServer(Status("500 Internal Server Error"));

        await FetchAsync(server);

        Assert.Empty(server.Requests);
        Assert.True(File.Exists(Target));
    }

    private bool WasInterrupted
    {
        get { lock (_told) return _told.Exists(static news => news is FetchInterrupted); }
    }

    private long PartLength => File.Exists(Part) ? new FileInfo(Part).Length : 0;

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Func<string, Stream, Task> SendsAndStalls(int bytes) => async (request, stream) =>
    {
        await Serve(Content, cutAfter: bytes)(request, stream);
        await stream.FlushAsync();
        _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false); // Until the other side goes away.
    };

    private Download Fetch(ScriptedServer server) =>
        new(new Uri($"{server.Url}/file.bin"), Target, Content.Length, Digest(Content), _time, news =>
    {
        lock (_told) _told.Add(news);
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
