using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Silo.Trust;

namespace Sbnn.Sweeps.Tests.Unit.Api.Access;

public sealed class TokenGateTests : IAsyncDisposable
{
    private static readonly string NodeIdentity = new('0', 32);
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly ApiToken _token = ApiToken.CreateRandom();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly CertificateAuthority _authority;
    private readonly NodeRegistry _nodes;
    private readonly RequestDelegate _app;

    public TokenGateTests()
    {
        _authority = CertificateAuthority.OpenOrCreate(_folder.In("authority.pem"), _time);
        _nodes = new NodeRegistry(
            _folder.In("nodes.json"), new HeadGateway(_authority, "https://head:7700", 7701), _time);
        var app = new ApplicationBuilder(_services);
        app.UseToken(_token, _nodes).Run(static context =>
        {
            context.Response.StatusCode = 200;
            return Task.CompletedTask;
        });
        _app = app.Build();
    }

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        _folder.Dispose();
        return _services.DisposeAsync();
    }

    [Theory]
    [InlineData("home", 200, 401, 200)]
    [InlineData("join", 401, 200, 401)]
    [InlineData("expired join", 401, 401, 401)]
    [InlineData("node", 401, 401, 200)]
    [InlineData("wrong", 401, 401, 401)]
    public async Task UseToken_AcceptsEachSecret_OnlyForItsEndpoints(
        string secret, int ordinary, int joining, int node)
    {
        var sent = secret switch
        {
            "home" => _token.Text,
            "join" or "expired join" => _nodes.CreateToken(TimeSpan.FromHours(1)).Token,
            "node" => _nodes.Admit(
                new JoinRequest
                {
                    Name = "gpu-1",
                    Identity = NodeIdentity,
                    Csr = CertificateAuthorityTests.Request()
                }).Secret,
            _ => ApiToken.CreateRandom().Text,
        };
        if (secret == "expired join") _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            (ordinary, joining, node),
            (await CallAsync(null), await CallAsync(Caller.NodeEnrollment), await CallAsync(Caller.Node)));

        async Task<int> CallAsync(Caller? caller)
        {
            var context = await SendAsync(request =>
            {
                request.Headers.Authorization = $"Bearer {sent}";
                if (caller is not null)
                    request.HttpContext.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(caller), "test"));
            });
            return context.Response.StatusCode;
        }
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/", 401)]
    [InlineData("/metrics", 401)]
    [InlineData("/api/v1/sweeps", 401)]
    [InlineData("/_blazor", 401)]
    [InlineData("/healthz/x", 401)]
    public async Task UseToken_RejectsEveryPathExceptHealth_WithoutAToken(string path, int status)
    {
        var context = await SendAsync(request => request.Path = path);

        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(status == 401 ? "Bearer realm=\"sbnn\"" : "", context.Response.Headers.WWWAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Bearer {0}", 200)]
    [InlineData("bearer {0}", 200)]
    [InlineData("Bearer {0}0", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Basic {0}", 401)]
    public async Task UseToken_AcceptsTheToken_AsABearerToken(string header, int status)
    {
        var context = await SendAsync(request =>
            request.Headers.Authorization = string.Format(null, header, _token.Text));

        Assert.Equal(status, context.Response.StatusCode);
    }

    [Fact]
    public async Task UseToken_SetsACookieAndRedirectsToTheAddressWithoutTheToken_WhenTheAddressHasOne()
    {
        var login = await SendAsync(request =>
            (request.Path, request.QueryString) = ("/sweeps/x", new QueryString($"?state=failed&token={_token.Text}")));

        Assert.Equal((302, "/sweeps/x?state=failed"),
            (login.Response.StatusCode, login.Response.Headers.Location.ToString()));
        var cookie = login.Response.Headers.SetCookie.ToString();
        Assert.EndsWith("; path=/; secure; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.StartsWith("sbnn-4711=", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(_token.Text, cookie, StringComparison.Ordinal);
        Assert.Equal(200, (await SendAsync(request => request.Headers.Cookie = CookieIn(cookie))).Response.StatusCode);
    }

    [Theory]
    [InlineData("POST", false, "http://127.0.0.1:1", 403)]
    [InlineData("GET", true, "http://127.0.0.1:1", 403)]
    [InlineData("GET", true, "http://127.0.0.1:4711", 200)]
    [InlineData("POST", false, "http://127.0.0.1:4711", 200)]
    [InlineData("GET", false, "http://127.0.0.1:1", 200)]
    public async Task UseToken_RejectsChangesAndWebSockets_FromAnotherOrigin(
        string method, bool isWebSocket, string origin, int status)
    {
        var login = await SendAsync(request => request.QueryString = new QueryString($"?token={_token.Text}"));

        var context = await SendAsync(request =>
        {
            request.Method = method;
            request.Headers.Origin = origin;
            request.Headers.Cookie = CookieIn(login.Response.Headers.SetCookie.ToString());
            if (isWebSocket) request.Headers.SecWebSocketKey = "dGhlIHNhbXBsZSBub25jZQ==";
        });

        Assert.Equal(status, context.Response.StatusCode);
    }

    [Fact]
    public async Task UseToken_Answers429AfterManyWrongTokens_ButAcceptsTheRightToken()
    {
        var wrong = ApiToken.CreateRandom();
        for (var i = 0; i < 20; i++) Assert.Equal(401, (await SendTokenAsync(wrong)).Response.StatusCode);

        var tooMany = await SendTokenAsync(wrong);

        Assert.Equal((429, "60"), (tooMany.Response.StatusCode, tooMany.Response.Headers.RetryAfter.ToString()));
        Assert.Equal(401, (await SendAsync(static _ => { })).Response.StatusCode);
        Assert.Equal(200, (await SendTokenAsync(_token)).Response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123")]
    [InlineData("g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("A123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    public void TryParse_ReturnsNull_WhenTheTextIsNotAToken(string text) => Assert.Null(ApiToken.TryParse(text));

    [Fact]
    public void CreateRandom_ReturnsADifferentTokenEachTime() =>
        Assert.NotEqual(ApiToken.CreateRandom().Text, ApiToken.CreateRandom().Text);

    private static string CookieIn(string setCookie) => setCookie[..setCookie.IndexOf(';', StringComparison.Ordinal)];

    private Task<HttpContext> SendTokenAsync(ApiToken token) =>
        SendAsync(request => request.Headers.Authorization = $"Bearer {token.Text}");

    private async Task<HttpContext> SendAsync(Action<HttpRequest> change)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        (context.Request.Method, context.Request.Scheme, context.Request.Host, context.Request.Path) =
            ("GET", "http", new HostString("127.0.0.1", 4711), "/");
        change(context.Request);
        await _app(context);
        return context;
    }
}
