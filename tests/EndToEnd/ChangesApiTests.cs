using System.Net;
using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests which requests the endpoints that change sweeps accept and reject.</summary>
public sealed class ChangesApiTests : IAsyncLifetime
{
    private readonly Workplace _workplace = new();
    private HttpClient _http = new();

    public async ValueTask InitializeAsync()
    {
        var running = _workplace.Start(_workplace.WriteSpec("""
            name: busy
            trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: 2000, batch-size: 50, mixup: 0}
            """), "--slots", "1");
        await Eventually.UntilAsync(() => running.Stdout.Contains("starting", StringComparison.Ordinal)
            || running.HasExited, "a trial to occupy the slot");
        var status = await _workplace.JsonAsync("status");
        _http = _workplace.Client();
        _http.BaseAddress = new Uri(status.GetProperty("head").GetProperty("address").GetString()!);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _workplace.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Changes_AreAcceptedFromThisMachine_AndInvalidOnesAreRejected()
    {
        var submission = Submission(new TrialSpec { DataDigest = new string('a', 64) });
        await ExpectAsync(HttpStatusCode.OK, "\"newTrials\":1", HttpMethod.Post, "",
            JsonSerializer.Serialize(submission.ToRequest(), SbnnJson.Options));
        await ExpectAsync(HttpStatusCode.OK, "\"withdrawn\":1", HttpMethod.Put, "/sent/desired-state",
            """{"desiredState":"cancelled"}""");
        await ExpectAsync(HttpStatusCode.OK, """{"before":0,"now":3}""", HttpMethod.Put, "/sent/priority",
            """{"priority":3}""");
        await ExpectAsync(HttpStatusCode.OK, """{"retried":0}""", HttpMethod.Post, "/sent/retry", "{}");

        await ExpectAsync(HttpStatusCode.NotFound, "no sweep is named none", HttpMethod.Put, "/none/desired-state",
            """{"desiredState":"paused"}""");
        await ExpectAsync(HttpStatusCode.NotFound, "no sweep is named none", HttpMethod.Put, "/none/priority",
            """{"priority":3}""");
        await ExpectAsync(HttpStatusCode.NotFound, "no sweep is named none", HttpMethod.Post, "/none/retry", "{}");

        await ExpectAsync(HttpStatusCode.BadRequest, "not a DesiredStateRequest", HttpMethod.Put, "/busy/desired-state",
            """{"desiredState":"never"}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "not a DesiredStateRequest", HttpMethod.Put,
            "/busy/desired-state", "{");
        await ExpectAsync(HttpStatusCode.BadRequest, "from -1000 to 1000", HttpMethod.Put, "/busy/priority",
            """{"priority":1001}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "'trials'", HttpMethod.Post, "", """{"name":"x"}""");
        await ExpectAsync(HttpStatusCode.BadRequest, "not a SubmitSweepRequest", HttpMethod.Post, "",
            """{"nmae":"x"}""");

        const string Body = """{"desiredState":"cancelled"}""";
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "application/json", HttpMethod.Put,
            "/busy/desired-state", Body, contentType: "text/plain");
        await ExpectAsync(HttpStatusCode.UnsupportedMediaType, "application/json", HttpMethod.Post, "/busy/retry", "{}",
            contentType: "text/plain");
        await ExpectAsync(HttpStatusCode.Forbidden, "rebound.example", HttpMethod.Put, "/busy/desired-state", Body,
            host: "rebound.example");
        await ExpectAsync(HttpStatusCode.Forbidden, "evil.example", HttpMethod.Put, "/busy/desired-state", Body,
            origin: "http://evil.example");
        // The rejected requests did not change the sweep.
        Assert.Equal("active", (await _workplace.JsonAsync("show", "busy")).GetProperty("desiredState").GetString());
    }

    [Fact]
    public async Task Submit_IsRejected_WhenNoSpecCouldContainTheSubmission()
    {
        var trial = new TrialSpec { DataDigest = new string('a', 64) };
        var good = Submission(trial);

        await AssertRejectedAsync("is not the key of the trial's settings",
            good with { Trials = [new KeyedTrial(new TrialKey(new string('0', 64)), trial)] });
        await AssertRejectedAsync("folder: ../etc is not allowed",
            Submission(trial with { Dataset = DatasetKind.ImageFolder, Folder = "../etc" }));
        await AssertRejectedAsync("width: 0 is not allowed", Submission(trial with { Width = 0 }));
        await AssertRejectedAsync("is not a valid sweep name", good with { Name = "../x" });
        await AssertRejectedAsync("dataDigest: missing",
            good with { Trials = [new KeyedTrial(new TrialKey(new string('0', 64)), new TrialSpec())] });
        await AssertRejectedAsync("duplicate key", good with { Trials = [good.Trials[0], good.Trials[0]] });
        await AssertRejectedAsync("trials: 0 trials", good with { Trials = [] });
        await AssertRejectedAsync(
            "run.backoffSeconds", good with { Run = new RunSpec { Backoff = TimeSpan.FromSeconds(-1) } });
    }

    [Theory]
    [InlineData(110, 109, "batch-size: 109 leaves one of the 110 training images")]
    [InlineData(60_000, 100, "train-images: 60000 is more than the 10000 training images")]
    public async Task Submit_IsRejected_WhenItsSettingsDoNotFitTheImages(int trainImages, int batchSize, string why)
    {
        PrepareEvent? prepared = null;
        await foreach (var step in TrainerProgram.Find()
            .PrepareAsync(new(DatasetKind.Synthetic, null, _workplace.DataRoot), Workplace.Cancellation)) prepared =
                step;
        var digest = Assert.IsType<PreparedDataset>(prepared).Digest;
        var trial = new TrialSpec
        {
            Dataset = DatasetKind.Synthetic,
            DataDigest = digest,
            TrainImages = trainImages,
            BatchSize = batchSize
        };

        await AssertRejectedAsync(why, Submission(trial));

        // The rejected sweep was not recorded.
        Assert.Equal(2, (await _workplace.CommandAsync("show", "sent")).ExitCode);
    }

    private static SweepSubmission Submission(TrialSpec trial) => new(
        "sent", "name: sent\n", new TableSpec { Title = "sent", Rows = [], Columns = [TableColumn.Top1] },
        new RunSpec(),
        [new KeyedTrial(TrialKey.Of(trial), trial)]);

    private Task AssertRejectedAsync(string why, SweepSubmission submission) =>
        ExpectAsync(HttpStatusCode.BadRequest, why, HttpMethod.Post, "",
            JsonSerializer.Serialize(submission.ToRequest(), SbnnJson.Options));

    private async Task ExpectAsync(
        HttpStatusCode status, string message, HttpMethod method, string path, string body, string contentType =
            "application/json", string? host = null, string? origin = null)
    {
        using var request =
            new HttpRequestMessage(
                method, $"/api/v1/sweeps{path}")
            { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (host is not null) request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await _http.SendAsync(request, Workplace.Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Workplace.Cancellation);
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Contains(message, text, StringComparison.Ordinal);
    }
}
