using System.Net;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Files;

/// <summary>Tests how a node fetches images from the head's API into its folder.</summary>
public sealed class ImageStoreTests : IDisposable
{
    private readonly TempFolder _head = new(), _node = new();
    private readonly (string Digest, byte[] Bytes) _made = PreparedFolderTests.Made(100_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PreparedFolder Here => new(_node.Path);

    public void Dispose()
    {
        _head.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task Ensure_FetchesOnce_WhenSeveralCallersAsk()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var store = new ImageStore(client, Here, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.EnsureAsync(_made.Digest, Cancellation)));
        await store.EnsureAsync(_made.Digest, Cancellation);

        Assert.Equal(_made.Bytes, await File.ReadAllBytesAsync(Here.PathOf(_made.Digest), Cancellation));
        Assert.Equal([$"GET /api/v1/images/{_made.Digest}"], host.Requests);
        Assert.Empty(store.Lacked);
    }

    [Fact]
    public async Task Ensure_Resumes_AfterAnInterruption()
    {
        await using var host = await StartAsync();
        host.Cuts.Enqueue(40_000);
        host.HasArrived = () => new FileInfo($"{Here.PathOf(_made.Digest)}.part") is { Exists: true, Length: 40_000 };
        using var client = host.Client();

        await new ImageStore(client, Here, TimeProvider.System).EnsureAsync(_made.Digest, Cancellation);

        Assert.Equal(_made.Bytes, await File.ReadAllBytesAsync(Here.PathOf(_made.Digest), Cancellation));
        Assert.Equal(
            [$"GET /api/v1/images/{_made.Digest}", $"GET /api/v1/images/{_made.Digest} bytes=40000-"], host.Requests);
        Assert.False(File.Exists($"{Here.PathOf(_made.Digest)}.part"));
    }

    [Fact]
    public async Task Ensure_RejectsBytes_WhenTheyDoNotMatchTheDigest()
    {
        _made.Bytes[^1] ^= 1;
        await using var host = await StartAsync();
        using var client = host.Client();
        var store = new ImageStore(client, Here, TimeProvider.System);

        var error = await Assert.ThrowsAsync<FilesUnavailableException>(
            () => store.EnsureAsync(_made.Digest, Cancellation));

        Assert.StartsWith("the head sent images with the wrong digest ", error.Message, StringComparison.Ordinal);
        Assert.Equal([$"{Here.PathOf(_made.Digest)}.lock"], Directory.EnumerateFiles(Here.Path));
        Assert.Equal([_made.Digest], store.Lacked);
    }

    [Fact]
    public async Task Ensure_RequestsUnavailableImagesAgain_OnlyAfterADelay()
    {
        await using var host = await FileHost.StartAsync(_head.Path);
        using var client = host.Client();
        var time = new StepTime();
        var store = new ImageStore(client, Here, time);
        await Assert.ThrowsAsync<FilesUnavailableException>(() => store.EnsureAsync(_made.Digest, Cancellation));

        var error = await Assert.ThrowsAsync<FilesUnavailableException>(
            () => store.EnsureAsync(_made.Digest, Cancellation));
        Assert.Equal(("the head does not have the file", 1), (error.Message, host.Requests.Count));
        Assert.Equal([_made.Digest], store.Lacked);

        time.Step(ImageStore.BetweenTries);
        Assert.Empty(store.Lacked);
        await ServeAsync();
        await store.EnsureAsync(_made.Digest, Cancellation);
    }

    [Fact]
    public async Task Ensure_ReportsTheReason_WhenTheDiskIsFull()
    {
        using var disk = SmallDisk.MountOn(_node.Path, megabytes: 1, files: 20);
        await using var host = await FileHost.StartAsync(_head.Path);
        var large = PreparedFolderTests.Made(3_000_000);
        Directory.CreateDirectory(new PreparedFolder(_head.Path).Path);
        await File.WriteAllBytesAsync(new PreparedFolder(_head.Path).PathOf(large.Digest), large.Bytes, Cancellation);
        using var client = host.Client();

        var error = await Assert.ThrowsAsync<FilesUnavailableException>(
            () => new ImageStore(client, Here, TimeProvider.System).EnsureAsync(large.Digest, Cancellation));

        Assert.EndsWith(
            ".part: the disk is full; make room (the received part is kept)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_AreServed_OnlyToNodesAndOnlyByDigest()
    {
        await using var host = await StartAsync();
        using var node = host.Client();
        using var stranger = host.Client(node: null);

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(stranger, _made.Digest));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(node, _made.Digest.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(node, "..%2F..%2Fledger.db"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(node, new string('0', 64)));
        using var head = await node.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, $"api/v1/images/{_made.Digest}"), Cancellation);
        Assert.Equal((HttpStatusCode.OK, $"\"{_made.Digest}\"", _made.Bytes.Length),
            (head.StatusCode, head.Headers.ETag?.Tag, (int?)head.Content.Headers.ContentLength));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string digest)
    {
        using var answer = await client.GetAsync($"api/v1/images/{digest}", Cancellation);
        return answer.StatusCode;
    }

    private async Task<FileHost> StartAsync()
    {
        await ServeAsync();
        return await FileHost.StartAsync(_head.Path);
    }

    private Task ServeAsync()
    {
        Directory.CreateDirectory(new PreparedFolder(_head.Path).Path);
        return File.WriteAllBytesAsync(new PreparedFolder(_head.Path).PathOf(_made.Digest), _made.Bytes, Cancellation);
    }

    private sealed class StepTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Step(TimeSpan span) => Interlocked.Add(ref _now, span.Ticks);
    }
}
