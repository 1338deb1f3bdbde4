using System.Net.Http.Json;
using System.Text;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests which submitted specs a head accepts and which ones it rejects.</summary>
public sealed class SubmissionsTests : IAsyncLifetime, IDisposable
{
    private const string Spec =
        "{name: sent, trial: {dataset: synthetic, train-images: 20, test-images: 10, width: 1, "
        + "epochs: 1, batch-size: 10}}";

    private static readonly PreparedDataset Images = new(new string('d', 64), 100, 50, ["a", "b"])
    {
        SmallestTrainClass = 50,
        SmallestTestClass = 25,
        Height = 32,
        Width = 32,
    };

    private readonly LedgerFolder _folder = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        _api = await ApiHost.StartAsync(_ledger.Reader, new FakeImages(Images) { Gate = _gate });
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Submit_IsRejected_WhenAFileIsTooLong()
    {
        var tooLong = new string('#', SpecFile.Longest + 1);

        await AssertRejectedAsync(413, "spec: more than 1048576 bytes", new() { Spec = tooLong });
        await AssertRejectedAsync(
            413, "published: more than 1048576 bytes", new() { Spec = Spec, Published = tooLong });
    }

    [Fact]
    public async Task Submit_IsRejectedUnread_WhenTheRequestIsTooLong()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/submissions")
        {
            Content = new StringContent(new string(' ', 13 << 20), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;

        Assert.Equal(413, (await _api.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public async Task Submit_IsRejectedWithoutRecursion_WhenTheSpecIsNestedTooDeep(char bracket) =>
        await AssertRejectedAsync(
            400, "sent.yaml:1", new() { Spec = "name: " + new string(bracket, 500_000), FileName = "sent.yaml" });

    [Fact]
    public async Task Submit_IsRejected_WhenTheSpecIsNestedTooDeep() =>
        await AssertRejectedAsync(
            400, "nested more than 50 levels deep",
            new() { Spec = "name: " + new string('[', 60) + new string(']', 60) });

    [Theory]
    [InlineData("table: {published: ../x.yaml}", "../x.yaml is not allowed")]
    [InlineData("table: {published: /etc/passwd.yaml}", "/etc/passwd.yaml is not allowed")]
    [InlineData("trial: {dataset: image-folder, folder: ../etc}", "../etc is not allowed")]
    [InlineData("trial: {dataset: image-folder, folder: /etc}", "/etc is not allowed")]
    [InlineData("seeds: 100000\naxes: [{gamma: [0.1, 0.2]}]", "multiply to 200,000 trials")]
    public async Task Submit_IsRejected_WhenTheSpecUsesForbiddenPathsOrTooManyTrials(string more, string why) =>
        await AssertRejectedAsync(400, why, new() { Spec = $"name: sent\n{more}\n", Published = "{}" });

    [Fact]
    public async Task Submit_ReadsNoFileOfTheHead_WhenTheSpecNamesOne()
    {
        var file = Path.Combine(Environment.CurrentDirectory, "of-the-head.yaml");
        await File.WriteAllTextAsync(
            file, "{citation: c, rows: [{id: a, name: A}]}", TestContext.Current.CancellationToken);
        try
        {
            await AssertRejectedAsync(400, "the text of this file was not sent with the spec",
                new() { Spec = "{name: sent, table: {published: of-the-head.yaml}}" });
            await AssertRejectedAsync(400, "of-the-head.yaml:1: citation: missing",
                new() { Spec = "{name: sent, table: {published: of-the-head.yaml}}", Published = "rows: []" });
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Submit_IsRejected_WhenTheFileNameHasControlCharacters() =>
        await AssertRejectedAsync(400, "fileName", new() { Spec = Spec, FileName = "a\u001b[2J" });

    [Fact]
    public async Task Submit_IsRejected_WhenItComesFromAnotherOrigin()
    {
        using var request = Request(new() { Spec = Spec });
        request.Headers.Add("Origin", "http://evil.example");

        Assert.Equal(403, (await _api.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Submit_ReportsSettingsThatDoNotFitTheImages_InTheLastEvent()
    {
        _gate.SetResult();

        var (status, type, text) = await _api.SendAsync(
            Request(new() { Spec = Spec.Replace("train-images: 20", "train-images: 2000", StringComparison.Ordinal) }));

        Assert.Equal((200, "text/event-stream"), (status, type));
        Assert.Contains(
            "event: preparing\ndata: {\"text\":\"images: synthetic has 100 for training", text,
            StringComparison.Ordinal);
        Assert.Contains("event: refused\ndata: {", text, StringComparison.Ordinal);
        Assert.Contains("\"status\":400", text, StringComparison.Ordinal);
        Assert.Contains("2000 is more than the 100 training images", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubmitSpec_ThrowsBadInput_WhenTheLastEventIsARejection()
    {
        _gate.SetResult();
        using var client = new SweepsClient(new HeadAccess(_api.Address, Token: null));
        var steps = new List<string>();

        var error = await Assert.ThrowsAsync<BadInputException>(() => client.SubmitSpecAsync(
            new() { Spec = Spec.Replace("train-images: 20", "train-images: 2000", StringComparison.Ordinal) },
            (_, text) => steps.Add(text), TestContext.Current.CancellationToken));

        Assert.Contains("2000 is more than the 100 training images", error.Message, StringComparison.Ordinal);
        Assert.Equal("preparing the images of synthetic", steps[0]);
    }

    [Fact]
    public async Task Submit_WaitsForAnotherSubmission_AndContinuesWhenItDisconnects()
    {
        using var first = await _api.BeginAsync(Request(new() { Spec = Spec }));
        using (var firstLines = new StreamReader(
            await first.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)))
        {
            await ReadUntilAsync(firstLines, "preparing the images");
            using var second = await _api.BeginAsync(
                Request(new() { Spec = Spec.Replace("name: sent", "name: second", StringComparison.Ordinal) }));
            using var lines = new StreamReader(
                await second.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            await ReadUntilAsync(lines, "waiting, because the head is preparing sweep sent");

            firstLines.Dispose();
            first.Dispose(); // The first client disconnects.

            await ReadUntilAsync(lines, "preparing the images");
            _gate.SetResult();
            // The sweep cannot be recorded, because the test has no silo.
            await ReadUntilAsync(lines, "event: refused");
        }
    }

    [Fact]
    public async Task Submit_IsRejectedImmediately_WhenTheHeadEnds()
    {
        using var answer = await _api.BeginAsync(Request(new() { Spec = Spec }));
        using var lines = new StreamReader(
            await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await ReadUntilAsync(lines, "preparing the images");

        _api.BeginEnd();

        await ReadUntilAsync(lines, "event: refused");
        await ReadUntilAsync(lines, "this sbnn is shutting down");
    }

    private static async Task ReadUntilAsync(StreamReader lines, string text)
    {
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"the stream ended without: {text}");
    }

    private async Task AssertRejectedAsync(int status, string why, SpecSubmissionRequest submission)
    {
        var answer = await _api.SendAsync(Request(submission));
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        Assert.Contains(why, answer.Text, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Request(SpecSubmissionRequest submission) =>
        new(HttpMethod.Post, "/api/v1/submissions")
        {
            Content = JsonContent.Create(submission, options: SbnnJson.Options),
        };
}
