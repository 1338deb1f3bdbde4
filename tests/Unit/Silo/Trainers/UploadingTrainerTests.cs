using System.Globalization;
using System.Net;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>Tests when a trainer's checkpoints and kept weights are sent to the head.</summary>
public sealed class UploadingTrainerTests : IDisposable
{
    private static readonly AttemptId Attempt = new(new TrialKey(new string('a', 64)), 1);

    private readonly TempFolder _root = new();
    private readonly SlowHead _head = new();
    private readonly HttpClient _http;

    public UploadingTrainerTests() => _http = new HttpClient(_head) { BaseAddress = new Uri("http://head/") };

    private AttemptFolder Folder => AttemptFolder.Of(_root.Path, Attempt.Trial, 1);

    public void Dispose()
    {
        _http.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(AttemptEnding.Stopped, 1)]
    [InlineData(AttemptEnding.Crashed, 1)]
    [InlineData(AttemptEnding.Completed, 0)]
    public async Task FindEnd_WaitsForTheLastUpload_UnlessTheTrainerHasAResult(AttemptEnding ending, int uploads)
    {
        WriteCheckpoint();
        using var uploader = new FileUploader(
            new("gpu-1"), _http, new UploadSettings(FileUploader.DefaultInterval, null), TimeProvider.System);
        var inner = new OwnEnd();
        await using var trainer = Uploading(inner, uploader);
        Assert.Null(trainer.FindEnd());

        inner.End = new AttemptEnd(ending, "it ended");
        if (uploads > 0) Assert.Null(trainer.FindEnd());
        _head.Go.SetResult();

        await Eventually.UntilAsync(() => trainer.FindEnd() is not null, "the attempt's end");
        Assert.Equal(uploads, _head.Uploads);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task FindEnd_WaitsForTheUploadOfTheWeights_WhenTheTrialKeepsThem(bool hasBest, int uploads)
    {
        Directory.CreateDirectory(Folder.Path);
        foreach (var file in (string[])[Folder.BestWeights, Folder.LastWeights])
            await File.WriteAllTextAsync(file, "weights", TestContext.Current.CancellationToken);
        using var uploader = new FileUploader(
            new("gpu-1"), _http, new UploadSettings(FileUploader.DefaultInterval, null), TimeProvider.System);
        var inner = new OwnEnd
        {
            End = new AttemptEnd(AttemptEnding.Completed, "finished")
            {
                Weights = new KeptWeights(hasBest ? new string('b', 64) : null, new string('1', 64)),
            },
        };
        await using var trainer = Uploading(inner, uploader);
        Assert.Null(trainer.FindEnd());

        _head.Unreachable = 2;
        _head.Go.SetResult();

        await Eventually.UntilAsync(() => trainer.FindEnd() is not null, "the attempt's end");
        Assert.Equal((uploads, 0), (_head.Uploads, _head.Unreachable));
    }

    [Fact]
    public async Task FindEnd_UploadsRegularly_WhileTheTrainerRuns()
    {
        WriteCheckpoint();
        _head.Go.SetResult();
        using var uploader = new FileUploader(
            new("gpu-1"), _http, new UploadSettings(TimeSpan.Zero, null), TimeProvider.System);
        await using var trainer = Uploading(new OwnEnd(), uploader);

        await Eventually.UntilAsync(() => trainer.FindEnd() is null && _head.Uploads > 1, "two uploads");
    }

    private UploadingTrainer Uploading(ITrainer inner, FileUploader uploader) =>
        new(inner, Attempt, Folder, uploader, TimeSpan.FromMinutes(1), TimeProvider.System);

    private void WriteCheckpoint()
    {
        Directory.CreateDirectory(Folder.Path);
        CheckpointFile.Write(Folder.Checkpoint(1, 0), "{}", new byte[10]);
    }

    private sealed class OwnEnd : ITrainer
    {
        public AttemptEnd? End { get; set; }

        public TimeSpan HangAfter { get; set; }

        public IReadOnlyList<TrainerEvent> ReadEvents(long after) => [];

        public AttemptEnd? FindEnd() => End;

        public void RenewLease()
        {
        }

        public void Stop()
        {
        }

        public void Prune()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class SlowHead : HttpMessageHandler
    {
        private int _uploads;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Uploads => Volatile.Read(ref _uploads);

        /// <summary>How many of the next requests fail as if the head could not be reached.</summary>
        public int Unreachable { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Go.Task.WaitAsync(cancellationToken);
            if (Unreachable > 0)
            {
                Unreachable--;
                throw new HttpRequestException("connection refused");
            }

            var length = request.Method == HttpMethod.Patch ? request.Headers.GetValues("Upload-Length").Single() : "0";
            if (request.Method == HttpMethod.Patch) Interlocked.Increment(ref _uploads);
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            answer.Headers.Add("Upload-Offset",
                int.Parse(length, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
            return answer;
        }
    }
}
