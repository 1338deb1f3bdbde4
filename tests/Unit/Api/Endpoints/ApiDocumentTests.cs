using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the OpenAPI document: it describes every endpoint below <c>/api/v1</c> completely.</summary>
public sealed class ApiDocumentTests : IAsyncLifetime, IDisposable
{
    private const string Json = "application/json";

    private readonly LedgerFolder _folder = new();
    private ApiHost _api = null!;

    private JsonElement _document;

    public async ValueTask InitializeAsync()
    {
        await using var ledger = await _folder.OpenAsync();
        _api = await ApiHost.StartAsync(ledger.Reader);
        _document = await _api.PageAsync("/api/v1/openapi.json");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Document_HasEveryEndpoint()
    {
        var mapped = _api.Endpoints
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .Where(static endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(static endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods,
                static (endpoint, method) => $"{method} "
                    + endpoint.RoutePattern.RawText!.TrimEnd('/').Replace(":int", "", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();

        Assert.True(mapped.Count > 30);
        Assert.Equal(mapped, Operations().Select(static operation => operation.Title).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryOperation_HasSummaryGroupResponseSchemaAndErrors()
    {
        foreach (var (title, operation) in Operations())
        {
            Assert.True(operation.GetProperty("summary").GetString()!.EndsWith('.'), title);
            Assert.True(operation.GetProperty("tags").GetArrayLength() == 1, title);
            var responses = operation.GetProperty("responses");
            Assert.All(["401", "429", "500", "503"], status => Assert.True(
                responses.GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _),
                $"{title}: {status}"));
            var isPath = title.Contains("{name}", StringComparison.Ordinal)
                || title.Contains("{key}", StringComparison.Ordinal);
            Assert.True(!isPath || responses.TryGetProperty("404", out _) || responses.TryGetProperty("409", out _),
                $"{title}: an unknown name has no status");
            // Uploads are answered with headers only.
            if (title.Split(' ')[0] is "PATCH" or "HEAD") continue;
            var content = responses.GetProperty("200").GetProperty("content").EnumerateObject().ToList();
            Assert.All(content, type => Assert.True(type.Value.TryGetProperty("schema", out _), title));
            Assert.NotEmpty(content);
        }
    }

    [Fact]
    public void EveryParameterAndBody_IsDescribed()
    {
        foreach (var (title, operation) in Operations())
        {
            if (operation.TryGetProperty("parameters", out var parameters))
            {
                Assert.All(parameters.EnumerateArray(), parameter => Assert.True(
                    parameter.GetProperty("description").GetString()!.EndsWith('.'),
                    $"{title}: {parameter.GetProperty("name").GetString()}"));
            }

            if (operation.TryGetProperty("requestBody", out var body))
                Assert.True(body.GetProperty("content").GetProperty(Json).TryGetProperty("schema", out _), title);
        }
    }

    [Fact]
    public void EveryReference_LeadsToADescribedSchema()
    {
        var schemas = _document.GetProperty("components").GetProperty("schemas");
        Assert.All(References(_document), reference => Assert.True(
            schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), reference));
        Assert.Equal(
            "From −1000 to 1000; trials of a higher priority get free slots first.",
            schemas.GetProperty("Sweep").GetProperty("properties").GetProperty("priority")
                .GetProperty("description").GetString());
    }

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(static member =>
            member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private IEnumerable<(string Title, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
}
