using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Hooks;

/// <summary>A real HTTP server on loopback that records what it gets.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Received> _received = [];

    private HookServer(WebApplication app) => _app = app;

    /// <summary>A request: its method, path, content type, signature (null: none) and body.</summary>
    public sealed record Received(string Method, string Path, string? Type, string? Signature, byte[] Body);

    /// <summary>The address of hooks. It contains the text <c>x-token</c>.</summary>
    public Uri Url => new($"{_app.Urls.First()}/x-token");

    public IReadOnlyList<Received> Requests
    {
        get { lock (_received) return [.. _received]; }
    }

    /// <param name="answer">Answers a request; null: the server never answers.</param>
    public static async Task<HookServer> StartAsync(Action<HttpResponse>? answer)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new HookServer(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var request = context.Request;
            lock (server._received)
                server._received.Add(new Received(request.Method, request.Path, request.ContentType,
                    request.Headers["X-Sbnn-Signature"], body.ToArray()));
            if (answer is not null) answer(context.Response);
            else await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await app.StartAsync();
        return server;
    }

    public static Task<HookServer> StartAsync(HttpStatusCode status) =>
        StartAsync(response => response.StatusCode = (int)status);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
