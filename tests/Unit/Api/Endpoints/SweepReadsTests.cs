using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the HTTP API's answers about sweeps, and its problem documents.</summary>
public sealed class SweepReadsTests : IAsyncLifetime, IDisposable
{
    private const string Problem = "application/problem+json";

    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [.. Enumerable.Range(1, 5).Select(static seed => Sample.Trial(seed))];
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trials));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("a", _trials[..1]));
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("c", _trials[..1]));
        await _ledger.Writer.StartAttemptAsync(new(_trials[3].Key, 1), new("n"), 0);
        await _ledger.Writer.EndAttemptAsync(new(_trials[3].Key, 1), Sample.Conclusion(next: TrialState.Failed));
        await _ledger.Writer.StartAttemptAsync(new(_trials[2].Key, 1), new("n"), 0);
        _api = await ApiHost.StartAsync(_ledger.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sweeps_AreListedByName_PageByPage()
    {
        Assert.Equal(["a", "b", "c"],
            await ReadAllAsync("/api/v1/sweeps?limit=2", static sweep => sweep.GetProperty("name").GetString()!));
        Assert.Equal(["a", "b", "c"],
            await ReadAllAsync("/api/v1/sweeps", static sweep => sweep.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Sweep_HasItsTrialCountsByState()
    {
        var counts = (await _api.PageAsync("/api/v1/sweeps/b")).GetProperty("counts");

        Assert.Equal("""{"trials":5,"waiting":3,"running":1,"finished":0,"failed":1,"withdrawn":0}""",
            counts.GetRawText());
    }

    [Fact]
    public async Task Hooks_HaveTheirOutcomes_InTheSpecsOrder()
    {
        var submission = Sample.Submission("d", _trials[3]); // It has failed, so the sweep has ended.
        await _ledger.Writer.RecordRevisionAsync(
            submission with { Run = submission.Run with { OnFinish = ["mail", "chat"] } });
        await _ledger.Writer.RecordHookAsync(new("d", 1, "chat"), new(HookState.Failed, "answered 500"));

        Assert.Equal(
            """[{"name":"mail","state":"pending"},"""
                + """{"name":"chat","state":"failed","reason":"answered 500","at":"2026-01-02T03:04:05+00:00"}]""",
            (await _api.PageAsync("/api/v1/sweeps/d/hooks")).GetProperty("items").GetRawText());
        Assert.Equal("[]", (await _api.PageAsync("/api/v1/sweeps/a/hooks")).GetProperty("items").GetRawText());
        Assert.Equal(404, (await _api.GetAsync("/api/v1/sweeps/none/hooks")).Status);
    }

    [Theory]
    [InlineData("", "3 4 1 2 5")]
    [InlineData("&order=grid", "1 2 3 4 5")]
    [InlineData("&state=waiting", "1 2 5")]
    public async Task Trials_AreListed_PageByPage(string query, string seeds) =>
        Assert.Equal(seeds, string.Join(' ', await ReadAllAsync(
        $"/api/v1/sweeps/b/trials?limit=2{query}", static trial =>
            trial.GetProperty("spec").GetProperty("seed").GetInt32().ToString(CultureInfo.InvariantCulture))));

    [Fact]
    public async Task Trial_HasTheReasonOfItsStateAndItsFailure()
    {
        var trials = (await _api.PageAsync("/api/v1/sweeps/b/trials?state=failed")).GetProperty("items");

        var failed = Assert.Single(trials.EnumerateArray());
        Assert.Equal("""{"kind":"attempt-failed","text":"it Crashed"}""", failed.GetProperty("reason").GetRawText());
        Assert.Equal("""{"ending":"crashed","exitCode":1,"stderr":"end of stderr","logs":"/trials/1"}""",
            failed.GetProperty("failure").GetRawText());
    }

    [Theory]
    [InlineData("/api/v1/sweeps/none", 404, "name: no sweep is named none")]
    [InlineData("/api/v1/sweeps/none/trials", 404, "name: no sweep is named none")]
    [InlineData("/api/v1/sweeps?limit=0", 400, "limit: 0 is not allowed (allowed: a whole number from 1 to 1000)")]
    [InlineData("/api/v1/sweeps?cursor=%25", 400, "cursor: % is not a cursor of this list")]
    [InlineData("/api/v1/sweeps/b/trials?limit=x", 400, "limit: x is not allowed")]
    [InlineData("/api/v1/sweeps/b/trials?state=lost", 400, "state: lost is not allowed (allowed: waiting, running")]
    [InlineData("/api/v1/sweeps/b/trials?order=best", 400,
        "order: best is not allowed (allowed: activity, grid, accuracy)")]
    [InlineData("/api/v1/sweeps/b/trials?cursor=e30", 400, "cursor: e30 is not a cursor of this list")]
    [InlineData("/api/sweeps", 404, "the API has no GET /api/sweeps")]
    public async Task Errors_AreProblemDocuments(string path, int status, string detail)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal((status, Problem), (answer.Status, answer.Type));
        Assert.StartsWith(detail, Detail(answer.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cursor_IsRejected_InAListWithAnotherOrder()
    {
        var cursor = (await _api.PageAsync("/api/v1/sweeps/b/trials?limit=2")).GetProperty("nextCursor").GetString();
        var answer = await _api.GetAsync($"/api/v1/sweeps/b/trials?order=grid&cursor={cursor}");

        Assert.Equal((400,
            "cursor: this cursor belongs to a list with another state or order; start again without a cursor"),
            (answer.Status, Detail(answer.Text)));
    }

    [Fact]
    public async Task Cursor_IsRejected_AfterANewRevision()
    {
        var cursor = (await _api.PageAsync("/api/v1/sweeps/b/trials?limit=2")).GetProperty("nextCursor").GetString();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trials[..4]));
        var answer = await _api.GetAsync($"/api/v1/sweeps/b/trials?cursor={cursor}");

        Assert.Equal(400, answer.Status);
        Assert.Contains("revision 1, and the sweep is at revision 2", Detail(answer.Text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/sweeps")]
    [InlineData("/api/v1/sweeps/b")]
    [InlineData("/api/v1/sweeps/b/trials")]
    public async Task DamagedLedger_IsAProblemDocument_WithoutAStackTrace(string path)
    {
        var damaged = _folder.In("damaged.db");
        await _ledger.Reader.BackUpAsync(damaged);
        using var reader = LedgerReader.Open(damaged);
        await using (var file = File.OpenWrite(damaged))
        {
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096]);
        }

        await using var api = await ApiHost.StartAsync(reader);
        var answer = await api.GetAsync(path);

        Assert.Equal((500, Problem), (answer.Status, answer.Type));
        Assert.Contains("the ledger's file is damaged", Detail(answer.Text), StringComparison.Ordinal);
        Assert.Contains(ProblemType.Ledger, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", answer.Text, StringComparison.Ordinal);
        Assert.Equal("", api.Logged.ToString());
    }

    [Fact]
    public async Task LockedLedger_IsATransientProblem()
    {
        var locked = _folder.In("locked.db");
        await _ledger.Reader.BackUpAsync(locked);
        using var reader = LedgerReader.Open(locked);
        await using var stranger = new SqliteConnection($"Data Source={locked};Pooling=False");
        await stranger.OpenAsync(TestContext.Current.CancellationToken);
        await stranger.ExecuteAsync("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");

        await using var api = await ApiHost.StartAsync(reader);
        var answer = await api.GetAsync("/api/v1/sweeps");

        Assert.Equal((503, Problem), (answer.Status, answer.Type));
        Assert.Contains(LedgerUnavailableException.Locked, Detail(answer.Text), StringComparison.Ordinal);
        Assert.Contains(ProblemType.Ledger, answer.Text, StringComparison.Ordinal);
        Assert.Equal("", api.Logged.ToString());
    }

    [Theory]
    [InlineData("desired-state", "desiredState")]
    [InlineData("priority", "priority")]
    public async Task Change_IsRejected_WhenAMemberIsMissing(string what, string member)
    {
        var answer = await PutAsync($"/api/v1/sweeps/b/{what}", "{}");

        Assert.Equal((400, Problem), (answer.Status, answer.Type));
        Assert.Contains($"'{member}'", Detail(answer.Text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_IsRejected_WhenItComesFromAnotherOrigin()
    {
        var answer = await PutAsync("/api/v1/sweeps/b/desired-state", """{"desiredState":"paused"}""",
            origin: "http://evil.example");

        Assert.Equal((403, Problem), (answer.Status, answer.Type));
    }

    [Fact]
    public async Task Change_IsRejected_WhenItIsNotJson()
    {
        var answer = await PutAsync("/api/v1/sweeps/b/desired-state", """{"desiredState":"paused"}""",
            type: "text/plain");

        Assert.Equal((415, Problem, "Content-Type: application/json is required"),
            (answer.Status, answer.Type, Detail(answer.Text)));
    }

    [Fact]
    public async Task Readyz_AnswersWith503_WhileTheHostEnds()
    {
        var health = await _api.GetAsync("/healthz");
        var before = await _api.GetAsync("/readyz");
        _api.BeginEnd();
        var after = await _api.GetAsync("/readyz");

        Assert.Equal((200, 200), (health.Status, before.Status));
        Assert.Equal((503, Problem, "this sbnn is shutting down"), (after.Status, after.Type, Detail(after.Text)));
    }

    private static string Detail(string problem) =>
        JsonSerializer.Deserialize<JsonElement>(problem).GetProperty("detail").GetString()!;

    private async Task<(int Status, string Type, string Text)> PutAsync(
        string path, string body, string type = "application/json", string? origin = null)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await _api.SendAsync(request);
    }

    private async Task<List<string>> ReadAllAsync(string path, Func<JsonElement, string> select)
    {
        var read = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _api.PageAsync(cursor.Length == 0 ? path : $"{path}&cursor={cursor}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(select));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        return read;
    }
}
