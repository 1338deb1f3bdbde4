using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Files;

/// <summary>
/// Tests how checkpoints and kept weights are sent from a node to the head, and checkpoints to another node.
/// </summary>
public sealed class CheckpointTests : IAsyncLifetime, IDisposable
{
    private const string DeviceClass = "cpu: test, 1 thread";
    private readonly TempFolder _head = new(), _node = new();
    private readonly KeyedTrial _trial = Sample.Trial();
    private SweepLedger _ledger = null!;
    private CheckpointStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AttemptId First => new(_trial.Key, 1);

    private string Kept => _head.In("checkpoints");

    public async ValueTask InitializeAsync()
    {
        _ledger = await SweepLedger.OpenAsync(_head.In("ledger.db"), TimeProvider.System);
        _store = new CheckpointStore(Kept, new CheckpointLimits(File: 100_000, Node: 150_000, All: 200_000));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", _trial));
        await _ledger.Writer.StartAttemptAsync(First, new("gpu-1"), 0);
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    public void Dispose()
    {
        _head.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task Send_UploadsTheNewestCheckpoint_AndAnotherNodeFetchesIt()
    {
        var bytes = Write(epoch: 2, step: 5);
        await using var host = await StartAsync();
        using (var client = host.Client())
        using (var uploader = Uploader(client))
            Assert.True(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));

        var held = _store.Find(_trial.Key)!;
        Assert.Equal(new StoredCheckpoint(1, 2, 5, Sha256(bytes), bytes.Length, DeviceClass), held);

        await _ledger.Writer.EndAttemptAsync(First, Sample.Conclusion());
        await _ledger.Writer.StartAttemptAsync(First with { Attempt = 2 }, new("gpu-2"), 0);
        using var other = new TempFolder();
        using var second = host.Client("gpu-2");
        using (var fetcher = Uploader(second)) await fetcher.FetchAsync(_trial.Key, held, other.Path, Cancellation);

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder(other.Path, 1).Checkpoint(2, 5), Cancellation));
        // The trial runs on the second node now, so the first node must not fetch its checkpoint.
        using var first = host.Client();
        Assert.Equal(HttpStatusCode.Conflict, (await first.GetAsync(PathOf(First), Cancellation)).StatusCode);

        _store.Remove(_trial.Key);
        Assert.Empty(Directory.EnumerateFiles(Kept));
    }

    [Fact]
    public async Task Send_Resumes_AfterAnInterruptedUpload()
    {
        var bytes = Write(epoch: 1, step: 0);
        await using var host = await StartAsync();
        using var client = host.Client();
        Assert.Equal((HttpStatusCode.NoContent, "100"), await PatchAsync(client, First, bytes, offset: 0, count: 100));
        Assert.Equal(
            (HttpStatusCode.PreconditionFailed, "100"), await PatchAsync(client, First, bytes, offset: 50, count: 100));

        using var uploader = Uploader(client);
        Assert.True(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));
        var requests = host.Requests.Count;
        // The head already has the checkpoint, so this call sends nothing.
        Assert.True(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));

        Assert.Equal(Sha256(bytes), _store.Find(_trial.Key)!.Sha256);
        Assert.Equal([$"HEAD /{PathOf(First)}"], host.Requests.Skip(requests));
    }

    [Fact]
    public async Task Send_WritesToTheSharedFolder_AndAnotherNodeReadsItThere()
    {
        var bytes = Write(epoch: 2, step: 5);
        await using var host = await StartAsync();
        using var client = host.Client();
        using var uploader = Uploader(client, Kept);

        Assert.True(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));

        var held = _store.Find(_trial.Key)!;
        Assert.Equal(new StoredCheckpoint(1, 2, 5, Sha256(bytes), bytes.Length, DeviceClass), held);
        Assert.All(host.Requests, static request => Assert.StartsWith("HEAD ", request, StringComparison.Ordinal));
        var requests = host.Requests.Count;
        using var other = new TempFolder();
        await uploader.FetchAsync(_trial.Key, held, other.Path, Cancellation);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder(other.Path, 1).Checkpoint(2, 5), Cancellation));
        Assert.Equal(requests, host.Requests.Count);
    }

    [Fact]
    public async Task Send_ReportsFailure_WhenTheHeadKeepsCheckpointsElsewhere()
    {
        Write(epoch: 1, step: 0);
        await using var host = await StartAsync();
        using var client = host.Client();
        using var uploader = Uploader(client, _node.In("shared"));

        Assert.False(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));
        Assert.Null(_store.Find(_trial.Key));
    }

    [Fact]
    public async Task Send_WritesNothingToTheSharedFolder_WhenAnotherNodeHoldsTheAttempt()
    {
        Write(epoch: 1, step: 0);
        await using var host = await StartAsync();
        using var client = host.Client("gpu-2");
        using var uploader = Uploader(client, Kept);

        Assert.False(await uploader.SendNewestAsync(First, Folder(_node.Path, 1), Cancellation));
        Assert.False(Directory.Exists(Kept));
    }

    [Fact]
    public async Task Head_AcceptsACheckpoint_OnlyFromTheAttemptsNode()
    {
        var bytes = Write(epoch: 1, step: 0);
        await using var host = await StartAsync();
        using var foreign = host.Client("gpu-2");
        using var stranger = host.Client(node: null);
        using var own = host.Client();

        Assert.Equal(HttpStatusCode.Conflict, (await PatchAsync(foreign, First, bytes)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PatchAsync(own, First with { Attempt = 2 }, bytes)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync(stranger, First, bytes)).Status);
        Assert.False(Directory.Exists(Kept));
    }

    [Fact]
    public async Task Head_RejectsAFile_WhenItIsNotTheTrialsCheckpoint()
    {
        var bytes = Write(epoch: 1, step: 0);
        await using var host = await StartAsync();
        using var client = host.Client();

        var other = Write(epoch: 1, step: 0, trial: new TrialKey(new string('b', 64)));
        var images = Write(epoch: 1, step: 0, images: new string('e', 64));
        foreach (var wrong in (byte[][])[[1, 2, 3], bytes[..^1], other, images])
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PatchAsync(client, First, wrong)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await PatchAsync(client, First, bytes, digest: new string('0', 64))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchAsync(client, First, bytes, digest: "../../../x")).Status);

        Assert.Null(_store.Find(_trial.Key));
        Assert.Empty(Directory.EnumerateFiles(Kept));
    }

    [Fact]
    public async Task Head_ChecksTheSize_BeforeItWritesTheFile()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await PatchAsync(client, First, new byte[100_001], count: 10)).Status);

        var second = Sample.Trial(seed: 2);
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("other", second));
        await _ledger.Writer.StartAttemptAsync(new(second.Key, 1), new("gpu-1"), 1);
        Assert.Equal(
            HttpStatusCode.NoContent, (await PatchAsync(client, First, new byte[90_000], count: 80_000)).Status);
        Assert.Equal(HttpStatusCode.InsufficientStorage,
            (await PatchAsync(client, new(second.Key, 1), new byte[90_000], count: 10)).Status);
        Assert.Single(Directory.EnumerateFiles(Kept));
    }

    [Fact]
    public async Task SendWeights_UploadsBothFiles_AndTheStoreKeepsThem()
    {
        var (best, last) = (WriteWeights(Folder(_node.Path, 1).BestWeights, epoch: 1),
            WriteWeights(Folder(_node.Path, 1).LastWeights, epoch: 2));
        await using var host = await StartAsync();
        using var client = host.Client();
        using var uploader = Uploader(client);

        Assert.True(await uploader.SendWeightsAsync(
            First, Folder(_node.Path, 1), new KeptWeights(Sha256(best), Sha256(last)), Cancellation));
        var sent = host.Requests.Count;
        Assert.True(await uploader.SendWeightsAsync(
            First, Folder(_node.Path, 1), new KeptWeights(Sha256(best), Sha256(last)), Cancellation));

        Assert.Equal(2, host.Requests.Count - sent); // The head has both files, so only their offsets are requested.
        Assert.Equal(best, await StoredWeightsAsync(isLast: false));
        Assert.Equal(last, await StoredWeightsAsync(isLast: true));
        Assert.Equal(2, Directory.EnumerateFiles(_head.In("weights")).Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SendWeights_LeavesNoFile_WhenTheFileHasNoWeightsOfTheTrial(bool isOfAnotherTrial)
    {
        var path = Folder(_node.Path, 1).LastWeights;
        if (isOfAnotherTrial) WriteWeights(path, epoch: 1, new TrialKey(new string('a', 64)));
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "not a safetensors file", Cancellation);
        }

        await using var host = await StartAsync();
        using var client = host.Client();
        using var uploader = Uploader(client);

        Assert.True(await uploader.SendWeightsAsync(
            First, Folder(_node.Path, 1), new KeptWeights(null, new string('1', 64)), Cancellation));

        Assert.Empty(Directory.EnumerateFiles(_head.In("weights")));
    }

    [Fact]
    public async Task Head_RejectsWeights_WhenTheirDigestIsNotTheDeclaredOne()
    {
        var bytes = WriteWeights(Folder(_node.Path, 1).LastWeights, epoch: 1);
        await using var host = await StartAsync();
        using var client = host.Client();

        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await PatchAsync(client, First, bytes, digest: new string('1', 64), file: "last-weights")).Status);
        Assert.Empty(Directory.EnumerateFiles(_head.In("weights")));
    }

    [Theory]
    [InlineData("gpu-2", 1_000, HttpStatusCode.Conflict)]
    [InlineData("gpu-1", 100_001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Head_RejectsWeights_OfAnotherNodesAttemptOrLargerThanTheLimit(
        string node, int bytes, HttpStatusCode status)
    {
        await using var host = await StartAsync();
        using var client = host.Client(node);

        Assert.Equal(
            status, (await PatchAsync(client, First, new byte[bytes], count: 10, file: "last-weights")).Status);
        Assert.False(Directory.Exists(_head.In("weights")));
    }

    [Theory]
    [InlineData("..%2F..%2Fledger.db")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Head_RejectsATrialKey_WhenItIsNotValid(string key)
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        Assert.Equal(HttpStatusCode.BadRequest,
            (await client.GetAsync($"api/v1/trials/{key}/attempts/1/checkpoint", Cancellation)).StatusCode);
    }

    private static string PathOf(AttemptId attempt, string file = "checkpoint") =>
        $"api/v1/trials/{attempt.Trial.Hex}/attempts/{attempt.Attempt}/{file}";

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static FileUploader Uploader(HttpClient client, string? shared = null) =>
        new(new("gpu-1"), client, new UploadSettings(TimeSpan.Zero, null, shared), TimeProvider.System);

    private static async Task<(HttpStatusCode Status, string? Offset)> PatchAsync(
        HttpClient client, AttemptId attempt, byte[] bytes, int offset = 0, int? count = null, string? digest = null,
        string file = "checkpoint")
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, PathOf(attempt, file));
        request.Content = new ByteArrayContent(bytes, offset, count ?? bytes.Length);
        request.Headers.Add("Upload-Digest", digest ?? Sha256(bytes));
        request.Headers.Add("Upload-Length", bytes.Length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        using var answer = await client.SendAsync(request, Cancellation);
        return (answer.StatusCode, answer.Headers.TryGetValues("Upload-Offset", out var here) ? here.Single() : null);
    }

    private AttemptFolder Folder(string root, int attempt) => AttemptFolder.Of(root, _trial.Key, attempt);

    private Task<byte[]> StoredWeightsAsync(bool isLast) =>
        File.ReadAllBytesAsync(WeightsStore.FileOf(_head.In("weights"), _trial.Key, isLast), Cancellation);

    private byte[] WriteWeights(string path, int epoch, TrialKey? trial = null)
    {
        var metadata = new Dictionary<string, string>
        {
            ["trial"] = (trial ?? _trial.Key).Hex,
            ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture),
        };
        var bytes = new SafetensorsFile(metadata, [new SafeTensor("w", "F32", [1], new byte[4])]).ToBytes();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return bytes;
    }

    private byte[] Write(int epoch, int step, TrialKey? trial = null, string? images = null)
    {
        Directory.CreateDirectory(Folder(_node.Path, 1).Path);
        var path = Folder(_node.Path, 1).Checkpoint(epoch, step);
        var history = string.Join(',', Enumerable.Repeat("{}", epoch));
        var (key, digest) = (trial ?? _trial.Key, images ?? _trial.Spec.DataDigest);
        var header =
            $$"""{"trial":"{{key}}","dataDigest":"{{digest}}","deviceClass":"{{DeviceClass}}","history":"""
            + $$"""[{{history}}],"step":{{step}}}""";
        CheckpointFile.Write(path, header, new byte[5000]);
        return File.ReadAllBytes(path);
    }

    private Task<FileHost> StartAsync() =>
        FileHost.StartAsync(_head.Path, _ledger.Reader, services => services.AddSingleton(
            new UploadStores(_store, new WeightsStore(_head.In("weights"), largest: 100_000))));
}
