using System.Net;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the addresses of report files, and the ETags of all answers.</summary>
public sealed class ReportReadsTests : IAsyncLifetime, IDisposable
{
    private const string Sweep = "/api/v1/sweeps/b";

    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [Sample.Trial(1), Sample.Trial(2)];
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trials));
        await FinishAsync(_trials[0]);
        await _ledger.Writer.StartAttemptAsync(new(_trials[1].Key, 1), new("n"), 0);
        _api = await ApiHost.StartAsync(_ledger.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryFile_HasAnAddress_ThatGivesTheBytesOfTheReport()
    {
        var outcome = (await _ledger.Reader.FindOutcomeAsync("b"))!;
        var expected = (await ReportArchive.ReadAsync(ReportArchive.Write(outcome)))
            .ToDictionary(static file => file.Key, static file => file.Value);
        var listed = (await _api.PageAsync($"{Sweep}/report/files")).GetProperty("items").EnumerateArray()
            .ToDictionary(static file => file.GetProperty("name").GetString()!,
                static file => file.GetProperty("path").GetString()!);

        Assert.Equal(expected.Keys.Order(), listed.Keys.Order());
        Assert.Superset(
            new HashSet<string> { "table.md", "table.tex", "table.csv", "table.html", "table.json", "layers.csv",
                "accuracy-bops.svg", "accuracy-bops.png", "index.html", "manifest.json" },
            listed.Keys.ToHashSet());
        foreach (var (name, path) in listed)
        {
            using var answer = await SendAsync(path);
            Assert.Equal(expected[name],
                await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal(MediaTypeOf(name), answer.Content.Headers.ContentType?.ToString());
            Assert.Equal($"inline; filename={name}", answer.Content.Headers.ContentDisposition?.ToString());
            Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(expected[name]))}\"",
                answer.Headers.ETag?.ToString());
        }
    }

    [Fact]
    public async Task File_IsAnAttachment_WhenItIsDownloaded()
    {
        using var answer = await SendAsync($"{Sweep}/report/table.tex?download=true");

        Assert.Equal("attachment; filename=table.tex", answer.Content.Headers.ContentDisposition?.ToString());
    }

    [Fact]
    public async Task Report_StaysTheSame_UntilATrialFinishes()
    {
        var before = await TagAsync($"{Sweep}/report/manifest.json");
        await _ledger.Writer.RecordEventsAsync(
            new(_trials[1].Key, 1), [Sample.Started(1), Sample.Trained(2, 1), Sample.Trained(3, 2)]);
        Assert.Equal(before, await TagAsync($"{Sweep}/report/manifest.json"));

        await _ledger.Writer.CommitResultAsync(new(_trials[1].Key, 1), Sample.Result(_trials[1], 4, 5, 6));
        Assert.NotEqual(before, await TagAsync($"{Sweep}/report/manifest.json"));
    }

    [Theory]
    [InlineData("/api/v1/sweeps")]
    [InlineData("/api/v1/nodes")]
    [InlineData(Sweep)]
    [InlineData($"{Sweep}/trials")]
    [InlineData($"{Sweep}/report")]
    [InlineData($"{Sweep}/report.zip")]
    [InlineData($"{Sweep}/report/files")]
    [InlineData($"{Sweep}/report/table.csv")]
    public async Task Read_IsAnsweredWith304_WhenTheClientHasTheBytes(string path)
    {
        using var first = await SendAsync(path);
        Assert.Equal("no-cache, private",
            string.Join(", ", first.Headers.CacheControl!.ToString().Split(", ").Order()));
        Assert.False(first.Headers.ETag!.IsWeak);

        using var again = await SendAsync(path, first.Headers.ETag.ToString());
        using var weak = await SendAsync(path, $"\"other\", W/{first.Headers.ETag}");
        using var other = await SendAsync(path, "\"other\"");

        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.NotModified, HttpStatusCode.OK),
            (again.StatusCode, weak.StatusCode, other.StatusCode));
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/api/v1/sweeps/none/report", 404, "no sweep is named none")]
    [InlineData("/api/v1/sweeps/none/report/files", 404, "no sweep is named none")]
    [InlineData("/api/v1/sweeps/none/report/table.md", 404, "no sweep is named none")]
    [InlineData($"{Sweep}/report/none.md", 404, "has no file none.md now (allowed: table.md, ")]
    [InlineData($"{Sweep}/report/..%2Fledger.db", 404, "has no file ")]
    [InlineData($"{Sweep}/report/table.md?download=yes", 400, "download: yes is not allowed")]
    public async Task Errors_AreProblemDocuments(string path, int status, string detail)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Contains(detail, answer.Text, StringComparison.Ordinal);
    }

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".md" => "text/markdown; charset=utf-8",
        ".tex" => "application/x-tex; charset=utf-8",
        ".csv" => "text/csv; charset=utf-8",
        ".html" => "text/html; charset=utf-8",
        ".json" => "application/json; charset=utf-8",
        ".svg" => "image/svg+xml; charset=utf-8",
        _ => "image/png",
    };

    private async Task FinishAsync(KeyedTrial trial)
    {
        await _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("n"), 0);
        await _ledger.Writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3));
    }

    private async Task<string> TagAsync(string path)
    {
        using var answer = await SendAsync(path);
        return answer.Headers.ETag!.Tag;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (known is not null) request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await _api.BeginAsync(request);
    }
}
