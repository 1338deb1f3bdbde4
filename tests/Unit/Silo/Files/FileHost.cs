using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Api.Endpoints;
using Sbnn.Sweeps.Tests.Unit.Api.Views;
using Sbnn.Sweeps.Tests.Unit.Silo.Trust;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Files;

/// <summary>
/// Hosts the files of a head's API without a silo, for clients that are admitted nodes. Tests can cut a response's
/// connection after some bytes.
/// </summary>
internal sealed class FileHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string> _requests = [];
    private readonly Dictionary<string, string> _secrets = [];
    private readonly TempFolder _trust;

    private FileHost(WebApplication app, TempFolder trust) => (_app, _trust) = (app, trust);

    /// <summary>
    /// For each of the next responses with a body, the number of bytes after which its connection is cut.
    /// </summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>
    /// Returns true once all sent bytes have arrived. The host waits for this before it cuts a connection, because the
    /// reset of a connection discards bytes that the client has not read.
    /// </summary>
    public Func<bool> HasArrived { get; set; } = static () => true;

    /// <summary>The method, path and range of each request so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public static async Task<FileHost> StartAsync(
        string dataRoot, LedgerReader? ledger = null, Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new PreparedFolder(dataRoot));
        if (ledger is not null) builder.Services.AddSingleton(ledger);
        add?.Invoke(builder.Services);
        var trust = new TempFolder();
        var gateway = new HeadGateway(
            CertificateAuthority.OpenOrCreate(trust.In("authority.pem"), TimeProvider.System),
            "https://head:7700", 7701);
        builder.Services.AddSweepApi(
            new FakeFacts(Head: true), new FakeImages(),
            new NodeRegistry(trust.In("nodes.json"), gateway, TimeProvider.System), new NodeBoard())
            .AddSingleton(DispatchProxy.Create<IGrainFactory, NoGrains>());
        var app = builder.Build();
        var host = new FileHost(app, trust);
        app.Use(host.CutAsync);
        app.MapSweepApi();
        await app.StartAsync();
        return host;
    }

    /// <summary>Creates a client with the secret of a node; with null, a client of an unknown machine.</summary>
    public HttpClient Client(string? node = "gpu-1")
    {
        var client = new HttpClient { BaseAddress = new Uri($"{_app.Urls.First()}/") };
        if (node is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", SecretOf(node));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _trust.Dispose();
    }

    private string SecretOf(string node)
    {
        if (_secrets.TryGetValue(node, out var known)) return known;
        var request = new JoinRequest
        {
            Name = node,
            Identity = new string('0', 32),
            Csr = CertificateAuthorityTests.Request(),
        };
        return _secrets[node] = _app.Services.GetRequiredService<INodeAdmission>().Admit(request).Secret;
    }

    private async Task CutAsync(HttpContext context, RequestDelegate next)
    {
        lock (_requests)
            _requests.Add($"{context.Request.Method} {context.Request.Path} {context.Request.Headers.Range}".TrimEnd());
        if (!Cuts.TryDequeue(out var after))
        {
            await next(context);
            return;
        }

        var (sent, body) = (context.Response.Body, new MemoryStream());
        context.Response.Body = body;
        await next(context);
        context.Response.Body = sent;
        await sent.WriteAsync(body.ToArray().AsMemory(0, after));
        await sent.FlushAsync();
        await Eventually.UntilAsync(HasArrived, "the first bytes to arrive");
        context.Abort();
    }

}
