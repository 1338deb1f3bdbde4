using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Unit.Api.Views;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Hosts the HTTP API over a ledger, on its own port, without a silo.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ApiHost(WebApplication app)
    {
        _app = app;

        // The client waits for "100 Continue" before it sends a body. Otherwise, on a busy machine, the connection
        // could break when the server rejects a request whose body is still being sent.
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        _http = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>The base address, with a slash at its end.</summary>
    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>The mapped endpoints.</summary>
    public IEnumerable<RouteEndpoint> Endpoints =>
        _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>The text of the host's log.</summary>
    public StringBuilder Logged { get; } = new();

    public static async Task<ApiHost> StartAsync(LedgerReader ledger, FakeImages? images = null, string weights = "")
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(ledger).AddSingleton(TimeProvider.System);
        builder.Services.AddSweepApi(
            new FakeFacts(Head: true, Weights: weights), images ?? new FakeImages(),
            new NodeRegistry("no such file", gateway: null, TimeProvider.System), new NodeBoard())
            .AddSingleton(DispatchProxy.Create<IGrainFactory, NoGrains>());
        var logs = new LogKeeper();
        builder.Logging.AddProvider(logs);
        var app = builder.Build();
        app.MapSweepApi();
        await app.StartAsync();
        var host = new ApiHost(app);
        logs.Kept = host.Logged;
        return host;
    }

    /// <summary>Begins to stop the host; endpoints can observe that it is stopping.</summary>
    public void BeginEnd() => _app.Lifetime.StopApplication();

    public Task<(int Status, string Type, string Text)> GetAsync(string path) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Reads a page of a list that must exist.</summary>
    public async Task<JsonElement> PageAsync(string path)
    {
        var (status, _, text) = await GetAsync(path);
        Assert.True(status == 200, $"{text}\n{Logged}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async Task<(int Status, string Type, string Text)> SendAsync(HttpRequestMessage request)
    {
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType
            ?? "", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends a request; returns the answer when its headers have arrived.</summary>
    public Task<HttpResponseMessage> BeginAsync(HttpRequestMessage request) =>
        _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class LogKeeper : ILoggerProvider, ILogger
    {
        public StringBuilder? Kept { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Kept?.AppendLine(formatter(state, exception)).AppendLine(exception?.ToString());
        }
    }
}

/// <summary>
/// Replaces the grains in tests without a silo: every call is answered with 501. The class is not sealed, because a
/// proxy derives from it.
/// </summary>
public class NoGrains : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        throw new BadHttpRequestException("this test has no silo", StatusCodes.Status501NotImplemented);
}
