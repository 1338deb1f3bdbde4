using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Unit.Api.Contracts;
using Sbnn.Sweeps.Tests.Unit.Ledger;
using Sbnn.Sweeps.Tests.Unit.Silo.Files;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>
/// Tests that every endpoint with a body, which the OpenAPI document lists, rejects bodies that are not valid.
/// </summary>
public sealed class RequestBodyTests : IAsyncLifetime, IDisposable
{
    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;
    private FileHost _api = null!;
    private HttpClient _http = null!;
    private IReadOnlyList<(HttpMethod Method, string Path, object Example)> _requests = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        _api = await FileHost.StartAsync(_folder.In("images"), _ledger.Reader);
        _http = _api.Client();
        _requests = Requests(JsonNode.Parse(
            await _http.GetStringAsync("api/v1/openapi.json", TestContext.Current.CancellationToken))!);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Requests_AreAllThatHaveABody() => Assert.Equal(
        [
            "POST api/v1/join", "POST api/v1/join-tokens", "POST api/v1/renewals", "POST api/v1/specs/check",
            "POST api/v1/submissions", "POST api/v1/sweeps", "POST api/v1/sweeps/x/trials/changes",
            "PUT api/v1/nodes/x/draining", "PUT api/v1/sweeps/x/desired-state", "PUT api/v1/sweeps/x/priority",
        ],
        _requests.Select(static request => $"{request.Method} {request.Path}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Body_IsRejected_WhenItIsNotTheContract()
    {
        foreach (var request in _requests)
        {
            foreach (var body in (string[])["", "null", "[]", "[{}]", "\"x\"", "1", "{", "{\"unknown\": 1}", "spec=x"])
                await RejectAsync(request, body, "body: ");
        }
    }

    [Fact]
    public async Task Body_IsRejectedByName_WhenAMemberIsMissingOrNull()
    {
        foreach (var request in _requests)
        {
            foreach (var member in Members(request.Example).Where(static member => member.IsRequired))
            {
                await RejectAsync(request, Without(request.Example, member.Name).ToJsonString(), member.Name);
                var withNull = Without(request.Example, member.Name);
                withNull[member.Name] = null;
                await RejectAsync(request, withNull.ToJsonString(), member.Name);
            }
        }
    }

    // Each value of each example is replaced in turn, at every depth. Whether the others are allowed depends on the
    // place, but an endpoint never fails on them. These tests have no silo, so an accepted change is answered with 501.
    [Fact]
    public async Task Body_IsRejectedAndNeverABug_WhenAValueIsAnother()
    {
        foreach (var request in _requests)
        {
            var example = JsonSerializer.SerializeToNode(request.Example, SbnnJson.Options)!;
            foreach (var path in Paths(example, []))
            {
                foreach (var other in (string[])["null", "[null]", "[[]]", "{}", "{\"a\": null}", "-1", "1e99", "\"\""])
                {
                    var body = example.DeepClone();
                    Replace(body, path, JsonNode.Parse(other));
                    var (status, text) = await SendAsync(request, body.ToJsonString());
                    var place = string.Join('.', path);
                    Assert.True(status != 500, $"{request.Path}: {place}: {other}: {text}");
                    if (other is "[null]" or "{\"a\": null}") Assert.True(status == 400, $"{place}: {other}: {text}");
                }
            }
        }
    }

    private async Task RejectAsync((HttpMethod, string Path, object) request, string body, string named)
    {
        var (status, text) = await SendAsync(request, body);
        Assert.True(status == 400, $"{request.Path}: {body}: {status} {text}");
        var detail = JsonNode.Parse(text)!["detail"]!.GetValue<string>();
        Assert.True(detail.Contains(named, StringComparison.Ordinal), $"{request.Path}: {body}: {detail}");
    }

    private async Task<(int Status, string Text)> SendAsync(
        (HttpMethod Method, string Path, object) request, string body)
    {
        using var message = new HttpRequestMessage(request.Method, request.Path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await _http.SendAsync(message, TestContext.Current.CancellationToken);
        var status = (int)answer.StatusCode;
        Assert.True(status < 400 || answer.Content.Headers.ContentType?.MediaType == "application/problem+json",
            $"{request.Path}: {body}: {answer.Content.Headers.ContentType}");
        return (status, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static List<(HttpMethod, string, object)> Requests(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           let schema = operation.Value!["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"]
           where schema is not null
           let contract = schema.GetValue<string>().Split('/')[^1]
           select (
               HttpMethod.Parse(operation.Key),
               path.Key.TrimStart('/').Replace("{name}", "x", StringComparison.Ordinal),
               contract == nameof(SubmitSweepRequest)
                   ? Submission()
                   : ContractExamples.All.Single(example => example.GetType().Name == contract)),
    ];

    // A submission with every kind of list and map.
    private static SubmitSweepRequest Submission() => ContractExamples.All.OfType<SubmitSweepRequest>().Single() with
    {
        Table = new TableSpec
        {
            Title = "Quick",
            Columns = [TableColumn.Top1],
            Rows =
            [
                new TableRowSpec
                {
                    Label = "sparse",
                    Where = new Dictionary<string, string> { ["sparsity"] = "95" },
                    Published = new PublishedRow
                    {
                        Name = "sparse",
                        Top1 = 92,
                        Setting = new Dictionary<string, string> { ["width"] = "64" },
                        Lost = ["k0"],
                    },
                },
            ],
            Source = new PublishedSource
            {
                Citation = "a paper",
                Setting = new Dictionary<string, string> { ["width"] = "64" },
            },
            Tolerance = new Dictionary<TableColumn, decimal> { [TableColumn.Top1] = 0.5m },
            Figure = new FigureSpec { Title = "Kernels", Layers = [1], Rows = ["sparse"] },
            Claims = [new ClaimSpec { Kind = ClaimKind.AtLeast, Rows = ["sparse"], Bound = 1 }],
        },
        Run = new RunSpec { OnFinish = ["note"] },
    };

    private static IEnumerable<JsonPropertyInfo> Members(object example) =>
        SbnnJson.Options.GetTypeInfo(example.GetType()).Properties;

    private static JsonObject Without(object example, string member)
    {
        var json = JsonSerializer.SerializeToNode(example, example.GetType(), SbnnJson.Options)!.AsObject();
        Assert.True(json.Remove(member));
        return json;
    }

    private static IEnumerable<object[]> Paths(JsonNode? json, object[] path)
    {
        IEnumerable<object[]> below = json switch
        {
            JsonObject map => map.SelectMany(member => Paths(member.Value, [.. path, member.Key])),
            JsonArray list => list.Index().SelectMany(item => Paths(item.Item, [.. path, item.Index])),
            _ => [],
        };
        return path.Length == 0 ? below : below.Prepend(path);
    }

    private static void Replace(JsonNode root, object[] path, JsonNode? other)
    {
        var parent = path[..^1].Aggregate(
            root, static (json, step) => step is int at ? json[at]! : json[(string)step]!);
        if (path[^1] is int index) parent[index] = other;
        else parent[(string)path[^1]] = other;
    }
}
