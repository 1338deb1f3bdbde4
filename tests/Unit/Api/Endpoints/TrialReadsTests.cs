using System.Security.Cryptography;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the answers about single trials and their epochs.</summary>
public sealed class TrialReadsTests : IAsyncLifetime, IDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly TempFolder _weights = new();
    private readonly KeyedTrial _trial = Sample.Trial();
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    private string Path => $"/api/v1/trials/{_trial.Key.Hex[..8]}";

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trial));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("a", _trial));
        await _ledger.Writer.StartAttemptAsync(new(_trial.Key, 1), new("n"), 0);
        await _ledger.Writer.RecordEventsAsync(new(_trial.Key, 1), [Sample.Started(1), Sample.Trained(2, 1)]);
        await _ledger.Writer.EndAttemptAsync(new(_trial.Key, 1), Sample.Conclusion());
        await _ledger.Writer.StartAttemptAsync(new(_trial.Key, 2), new("m"), 0);
        await _ledger.Writer.RecordEventsAsync(
            new(_trial.Key, 2), [Sample.Started(1, resumedAt: 1), Sample.Trained(2, 2), Sample.Trained(3, 3)]);
        _api = await ApiHost.StartAsync(_ledger.Reader, weights: _weights.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _weights.Dispose();
    }

    [Fact]
    public async Task Trial_HasItsSweepsAndEachAttempt_WhenItRuns()
    {
        var trial = await _api.PageAsync(Path);

        Assert.Equal("""["a","b"]""", trial.GetProperty("sweeps").GetRawText());
        Assert.Equal(("running", 3), (trial.GetProperty("trial").GetProperty("state").GetString()!,
            trial.GetProperty("trial").GetProperty("epoch").GetInt32()));
        Assert.Equal(1, trial.GetProperty("trial").GetProperty("spec").GetProperty("seed").GetInt32());
        var attempts = trial.GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal(
            ("crashed", "it Crashed", "n"),
            (Text(attempts[0], "ending"), Text(attempts[0], "reason"), Text(attempts[0], "node")));
        Assert.Equal((1, "m", "cpu: test, 1 thread"),
            (attempts[1].GetProperty("resumedAtEpoch").GetInt32(), Text(attempts[1], "node"),
                Text(attempts[1], "deviceClass")));
        Assert.False(attempts[1].TryGetProperty("ending", out _));
        Assert.False(trial.TryGetProperty("resultSha256", out _));
    }

    [Fact]
    public async Task Trial_HasItsResultsProvenance_WhenItIsFinished()
    {
        await _ledger.Writer.CommitResultAsync(
            new(_trial.Key, 2), Sample.Result(_trial, 1, 2, 3), new(new string('b', 64), new string('1', 64)));

        var trial = await _api.PageAsync(Path);

        Assert.Equal("unconstrained", Text(trial, "constraint"));
        Assert.Equal(64, Text(trial, "resultSha256").Length);
        Assert.Equal("2026-01-02T03:04:05+00:00", Text(trial, "committedAt"));
        Assert.Equal(new string('1', 64), Text(trial.GetProperty("trial").GetProperty("keptWeights"), "last"));
    }

    [Fact]
    public async Task Weights_AreSent_OnlyAsTheyWereRecorded()
    {
        await AssertMissingAsync("last", $"trial: {_trial.Key.Short} is running, and only a finished");
        byte[] bytes = [1, 2, 3];
        await _ledger.Writer.CommitResultAsync(
            new(_trial.Key, 2), Sample.Result(_trial, 1, 2, 3),
            new(Best: null, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        await AssertMissingAsync("best", $"trial: {_trial.Key.Short} has no best weights, ");
        await AssertMissingAsync("last", $"trial: {_weights.In("last")} does not exist; if node m is on another");

        var file = _weights.In("last");
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        using var answer = await _api.BeginAsync(new HttpRequestMessage(HttpMethod.Get, $"{Path}/weights/last"));
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            $"{_trial.Key.Short}-last.safetensors", answer.Content.Headers.ContentDisposition?.FileName);

        await File.WriteAllBytesAsync(file, [1, 2, 4], TestContext.Current.CancellationToken);
        await AssertMissingAsync("last", $"{file}: its SHA-256 is ");
    }

    [Fact]
    public async Task Epochs_AreListedPageByPage_WithTheTrainersNames()
    {
        var first = await _api.PageAsync($"{Path}/epochs?limit=2");
        var next = await _api.PageAsync($"{Path}/epochs?limit=2&after={first.GetProperty("nextAfter").GetInt32()}");

        Assert.Equal([1, 2], Epochs(first));
        Assert.Equal([3], Epochs(next));
        Assert.False(next.TryGetProperty("nextAfter", out _));
        var metrics = first.GetProperty("items")[1].GetProperty("metrics");
        Assert.Equal(
            JsonSerializer.Serialize(Sample.Epoch(2, 50) with { Layers = [] }, SbnnJson.Options),
            metrics.GetRawText());
        Assert.Equal(2, first.GetProperty("items")[1].GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task Epochs_HaveTheirLayers_WhenTheRequestAsksForThem()
    {
        var epoch = (await _api.PageAsync($"{Path}/epochs?layers=true")).GetProperty("items")[0];

        Assert.Equal("[1,2,3,4,0,0,0,0,0,0]",
            epoch.GetProperty("metrics").GetProperty("layers")[0].GetProperty("hamming").GetRawText());
    }

    [Theory]
    [InlineData("/api/v1/trials/00000000", 404, "no trial 00000000 exists")]
    [InlineData("/api/v1/trials/00000000/epochs", 404, "no trial 00000000 exists")]
    [InlineData("/api/v1/trials/00000000/events", 404, "no trial 00000000 exists")]
    [InlineData("/api/v1/trials/xyz", 400, "trial: xyz is not allowed")]
    [InlineData("/api/v1/trials/0000/epochs?after=-1", 400, "after: -1 is not allowed (allowed: 0, 1, 2, …)")]
    [InlineData("/api/v1/trials/0000/epochs?layers=yes", 400, "layers: yes is not allowed (allowed: true, false)")]
    public async Task Errors_AreProblemDocuments(string path, int status, string detail)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Contains(detail, answer.Text, StringComparison.Ordinal);
    }

    private async Task AssertMissingAsync(string weights, string why)
    {
        var answer = await _api.GetAsync($"{Path}/weights/{weights}");
        Assert.Equal(404, answer.Status);
        Assert.StartsWith(
            why, Text(JsonSerializer.Deserialize<JsonElement>(answer.Text), "detail"), StringComparison.Ordinal);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<int> Epochs(JsonElement page) => page.GetProperty("items").EnumerateArray()
        .Select(static epoch => epoch.GetProperty("metrics").GetProperty("epoch").GetInt32());
}
