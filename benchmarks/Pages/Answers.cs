using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// Measures the head's answers to the reads of its API and of its pages. The requests take turns, and each is followed
/// by the same query by hand, so that both see the same load and the same ledger.
/// </summary>
internal sealed class Answers(LoadedHead head)
{
    private const string Sweep = $"api/v1/sweeps/{MadeUpGrid.Name}", Page = $"sweeps/{MadeUpGrid.Name}";
    private const int DeepPage = 20;
    private const int WarmUp = 10; // The first answers compile code and fill caches.

    /// <summary>Measures every request, and prints the times.</summary>
    /// <param name="count">How often each request is sent.</param>
    /// <returns>The greatest 95th percentile of a request, in milliseconds.</returns>
    public async Task<double> MeasureAsync(int count)
    {
        Call[] calls = [.. await ApiAsync(), .. Pages()];
        using var byHand = new ByHand(head.Ledger);
        for (var turn = -WarmUp; turn < count; turn++)
        {
            foreach (var call in calls)
            {
                var began = Stopwatch.GetTimestamp();
                await call.Send();
                var answered = Stopwatch.GetTimestamp();
                if (call.Sql is { } sql) byHand.Run(sql);
                if (turn < 0) continue;
                call.Head.Add(Stopwatch.GetElapsedTime(began, answered));
                if (call.Sql is not null) call.ByHand.Add(Stopwatch.GetElapsedTime(answered));
            }
        }

        Console.WriteLine($"\n{"answer, ms",-58} {"p50",7} {"p95",7}   by hand: {"p95",5}   ratio");
        foreach (var call in calls)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{call.Name,-58} {call.Head}")
                + (call.Sql is null ? "" : string.Create(CultureInfo.InvariantCulture,
                    $"   {call.ByHand.P95,14:0.0} {call.Head.P95 / call.ByHand.P95,7:0.00}")));
        }

        return calls.Max(static call => call.Head.P95);
    }

    private async Task<IReadOnlyList<Call>> ApiAsync()
    {
        var (mark, deep) = await ReadPositionsAsync();
        var (finished, running) = (head.Finished.Hex, head.Trains.Hex);
        var changes = JsonSerializer.Serialize(new TrialChangesRequest { Since = mark }, SbnnJson.Options);
        return
        [
            Get("api/v1/sweeps", ByHand.Sweeps),
            Get(Sweep, ByHand.Sweeps),
            Get($"{Sweep}/trials", ByHand.TrialsOf()),
            Get($"{Sweep}/trials?cursor=…", ByHand.TrialsOf(skip: DeepPage * 1000), $"{Sweep}/trials?cursor={deep}"),
            Get($"{Sweep}/trials?limit=1000", ByHand.TrialsOf(take: 1000)),
            Get($"{Sweep}/trials?order=grid", ByHand.TrialsOf(orderBy: ByHand.Orders.Grid)),
            Get($"{Sweep}/trials?order=accuracy", ByHand.TrialsOf(orderBy: ByHand.Orders.Accuracy)),
            Get($"{Sweep}/trials?state=finished&order=accuracy",
                ByHand.TrialsOf("t.state = 'finished'", ByHand.Orders.Accuracy)),
            Get($"{Sweep}/trials?state=running", ByHand.TrialsOf("t.state = 'running'")),
            Get($"{Sweep}/trials?state=waiting", ByHand.TrialsOf("t.state = 'waiting'")),
            new Call($"POST {Sweep}/trials/changes", ByHand.Running, () => SendAsync(() =>
                new HttpRequestMessage(HttpMethod.Post, $"{Sweep}/trials/changes")
                {
                    Content = new StringContent(changes, Encoding.UTF8, "application/json"),
                })),
            new Call($"{Sweep}/events: the first event", ByHand.Running, ReadFirstEventAsync),
            Get($"{Sweep}/hooks", ByHand.Hooks),
            Get($"{Sweep}/report", ByHand.Results),
            Get($"{Sweep}/report/files", ByHand.Results),
            Get($"{Sweep}/report/table.html", ByHand.Results),
            new Call($"{Sweep}/report/layers.csv: the first byte", ByHand.Results, ReadFirstByteAsync),
            Get($"{Sweep}/report.zip", ByHand.Results),
            Get("api/v1/trials/FINISHED", ByHand.TrialOf(finished), $"api/v1/trials/{finished}"),
            Get("api/v1/trials/RUNNING", ByHand.TrialOf(running), $"api/v1/trials/{running}"),
            Get("api/v1/trials/RUNNING/epochs", ByHand.EpochsOf(running, withLayers: false),
                $"api/v1/trials/{running}/epochs"),
            Get("api/v1/trials/RUNNING/epochs?layers=true", ByHand.EpochsOf(running, withLayers: true),
                $"api/v1/trials/{running}/epochs?layers=true"),
            Get("api/v1/trials/RUNNING/logs?file=events", sql: null, $"api/v1/trials/{running}/logs?file=events"),
            Get("api/v1/nodes", sql: null),
            Get("api/v1/openapi.json", sql: null),
            Get("metrics", "SELECT state, count(*) FROM trials GROUP BY state"),
        ];
    }

    private IReadOnlyList<Call> Pages()
    {
        var (finished, running) = (head.Finished.Hex, head.Trains.Hex);
        return
        [
            Get("/", ByHand.Sweeps, ""),
            Get($"/{Page}", ByHand.TrialsOf(take: 50), Page),
            Get($"/{Page}?page=400", ByHand.TrialsOf(skip: 399 * 50, take: 50), $"{Page}?page=400"),
            Get($"/{Page}?order=accuracy", ByHand.TrialsOf(orderBy: ByHand.Orders.Accuracy, take: 50),
                $"{Page}?order=accuracy"),
            Get($"/{Page}?state=finished&page=400",
                ByHand.TrialsOf("t.state = 'finished'", skip: 399 * 50, take: 50), $"{Page}?state=finished&page=400"),
            Get($"/{Page}?find=sparsity=95", ByHand.TrialsOf("t.spec ->> '$.sparsity' = 95", take: 50),
                $"{Page}?find=sparsity%3D95"),
            Get($"/{Page}?find=sym&order=accuracy",
                ByHand.TrialsOf("t.spec ->> '$.domain' LIKE '%sym%'", ByHand.Orders.Accuracy, take: 50),
                $"{Page}?find=sym&order=accuracy"),
            Get($"/{Page}?sort=-gamma", ByHand.TrialsOf(orderBy: "t.spec ->> '$.gamma' DESC, rt.ordinal", take: 50),
                $"{Page}?sort=-gamma"),
            .. ((string[])["table", "grid", "parallel", "scatter", "report"]).Select(view =>
                Get($"/{Page}/{view}", ByHand.Results, $"{Page}/{view}")),
            Get("/trials/FINISHED", ByHand.EpochsOf(finished, withLayers: false), $"trials/{finished}"),
            Get("/trials/RUNNING", ByHand.EpochsOf(running, withLayers: false, take: 100_000), $"trials/{running}"),
            Get("/compare?trial=…&trial=…", ByHand.EpochsOf(running, withLayers: false, take: 100_000),
                $"compare?trial={finished}&trial={running}"),
            Get("/nodes", ByHand.Running, "nodes"),
            Get("/reports", ByHand.Sweeps, "reports"),
            Get("/submit", sql: null, "submit"),
        ];
    }

    private Call Get(string name, string? sql, string? address = null) =>
        new(name, sql, () => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address ?? name)));

    private async Task SendAsync(Func<HttpRequestMessage> make)
    {
        using var request = make();
        using var answer = await head.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"{request.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        await answer.Content.CopyToAsync(Stream.Null);
    }

    private async Task ReadFirstEventAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Sweep}/events");
        using var answer = await head.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line && !line.StartsWith("data:", StringComparison.Ordinal))
        {
            // The id and the name of the event come first.
        }
    }

    // The file has more than 100 MB. Its whole transfer would mostly measure the connection.
    private async Task ReadFirstByteAsync()
    {
        using var answer = await head.Http.GetAsync(
            $"{Sweep}/report/layers.csv", HttpCompletionOption.ResponseHeadersRead);
        await using var content = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        await content.ReadExactlyAsync(new byte[1]);
    }

    // The mark of the sweep's state, and the cursor of a page far behind.
    private async Task<(string Mark, string Cursor)> ReadPositionsAsync()
    {
        var (mark, cursor) = ("", "");
        for (var page = 0; page < DeepPage; page++)
        {
            var list = (await head.Http.GetFromJsonAsync<TrialList>(
                $"{Sweep}/trials?limit=1000{(page == 0 ? "" : $"&cursor={cursor}")}", SbnnJson.Options))!;
            (mark, cursor) = (list.Mark ?? mark, list.NextCursor!);
        }

        return (mark, cursor);
    }

    /// <summary>A request and its times.</summary>
    /// <param name="Name">What is requested.</param>
    /// <param name="Sql">The same query by hand; null: the answer is not from the ledger.</param>
    /// <param name="Send">Sends the request and reads the whole answer.</param>
    private sealed record Call(string Name, string? Sql, Func<Task> Send)
    {
        public Latencies Head { get; } = new();

        public Latencies ByHand { get; } = new();
    }
}
