using System.Net.ServerSentEvents;
using System.Text.Json;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the server-sent events about changes of sweeps and trials.</summary>
public sealed class ChangeEventsTests : IAsyncLifetime, IDisposable
{
    private const string Sweep = "/api/v1/sweeps/b";

    private readonly LedgerFolder _folder = new();
    private readonly KeyedTrial[] _trials = [.. Enumerable.Range(1, 4).Select(static seed => Sample.Trial(seed))];
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("b", _trials));
        await StartAsync(_trials[0]);
        await StartAsync(_trials[1]);
        await _ledger.Writer.EndAttemptAsync(new(_trials[1].Key, 1), Sample.Conclusion(next: TrialState.Failed));
        _api = await ApiHost.StartAsync(_ledger.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sweep_SendsOnlyTheTrialsThatChanged()
    {
        await using var events = Follow($"{Sweep}/events");
        // The first event has the trials that run or failed.
        Assert.Equal([_trials[0].Key, _trials[1].Key], (await NextAsync(events)).Keys);

        await _ledger.Writer.RecordEventsAsync(new(_trials[0].Key, 1), [Sample.Started(1), Sample.Trained(2, 1)]);
        var (keys, changes, _) = await NextAsync(events);

        Assert.Equal([_trials[0].Key], keys);
        Assert.Equal((1, 50), (changes.Items[0].Epoch, changes.Items[0].Correct));
        Assert.Equal(2, changes.Sweep.Counts.Waiting);
    }

    [Fact]
    public async Task Sweep_ResumesAfterTheLastEvent_WhenTheClientReconnects()
    {
        string last;
        await using (var events = Follow($"{Sweep}/events")) last = (await NextAsync(events)).Id;
        await _ledger.Writer.CommitResultAsync(new(_trials[0].Key, 1), Sample.Result(_trials[0], 1, 2, 3));
        await StartAsync(_trials[2]);

        await using var resumed = Follow($"{Sweep}/events", last);
        var (keys, changes, _) = await NextAsync(resumed);

        Assert.Superset(new HashSet<TrialKey> { _trials[0].Key, _trials[2].Key }, keys.ToHashSet());
        Assert.DoesNotContain(_trials[3].Key, keys);
        Assert.Equal(1, changes.Sweep.Counts.Finished);
    }

    [Fact]
    public async Task Sweep_SendsEveryLaterChange_WhenTheClientHasTheMarkOfItsFirstPage()
    {
        var mark = (await _api.PageAsync($"{Sweep}/trials?limit=1")).GetProperty("mark").GetString();
        await StartAsync(_trials[3]);

        await using var events = Follow($"{Sweep}/events?since={mark}");

        Assert.Contains(_trials[3].Key, (await NextAsync(events)).Keys);
    }

    [Fact]
    public async Task Trial_SendsNewEpochs_AndItsStates()
    {
        var attempt = new AttemptId(_trials[0].Key, 1);
        await _ledger.Writer.RecordEventsAsync(
            attempt, [Sample.Started(1), Sample.Trained(2, 1), Sample.Trained(3, 2)]);

        await using var events = Follow($"/api/v1/trials/{_trials[0].Key}/events?layers=true", lastId: "1");
        var epoch = await ReadAsync(events);
        Assert.Equal(("epoch", "2"), (epoch.EventType, epoch.EventId));
        Assert.NotEmpty(JsonSerializer.Deserialize<RecordedEpoch>(epoch.Data, SbnnJson.Options)!.Metrics.Layers);
        Assert.Equal("changed", (await ReadAsync(events)).EventType);

        await _ledger.Writer.CommitResultAsync(attempt, Sample.Result(_trials[0], 1, 2, 3));
        Assert.Equal("3", (await ReadAsync(events)).EventId);
        Assert.Contains("\"state\":\"finished\"", (await ReadAsync(events)).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_End_WhenTheHeadShutsDown()
    {
        await using var events = Follow($"{Sweep}/events");
        await NextAsync(events);

        _api.BeginEnd();

        Assert.False(await events.MoveNextAsync());
    }

    [Theory]
    [InlineData("/api/v1/sweeps/none/events", 404, "no sweep is named none")]
    [InlineData($"{Sweep}/events?since=x", 400, "since: not a mark of this list")]
    public async Task Errors_AreProblemDocuments(string path, int status, string detail)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Contains(detail, answer.Text, StringComparison.Ordinal);
    }

    private Task<bool> StartAsync(KeyedTrial trial) =>
        _ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("n"), 0);

    private IAsyncEnumerator<SseItem<string>> Follow(string path, string? lastId = null) =>
        FollowAsync(path, lastId).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(string path, string? lastId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        using var answer = await _api.BeginAsync(request);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
            yield return item;
    }

    private static async Task<SseItem<string>> ReadAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync(), "the stream has ended");
        return events.Current;
    }

    private static async Task<(IReadOnlyList<TrialKey> Keys, TrialChanges Changes, string Id)> NextAsync(
        IAsyncEnumerator<SseItem<string>> events)
    {
        var item = await ReadAsync(events);
        Assert.Equal("changed", item.EventType);
        var changes = JsonSerializer.Deserialize<TrialChanges>(item.Data, SbnnJson.Options)!;
        Assert.Equal(changes.Mark, item.EventId);
        return ([.. changes.Items.Select(static trial => trial.Key)], changes, item.EventId!);
    }
}
