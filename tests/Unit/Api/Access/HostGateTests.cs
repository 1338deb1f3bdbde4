using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Access;

namespace Sbnn.Sweeps.Tests.Unit.Api.Access;

public sealed class HostGateTests
{
    [Theory]
    [InlineData("127.0.0.1", "http", "localhost", 200)]
    [InlineData("::1", "http", "[::1]:5000", 200)]
    [InlineData("127.0.0.1", "http", "example.org", 403)]
    [InlineData("127.0.0.1", "http", "head.example", 403)]
    [InlineData("192.0.2.1", "http", "localhost", 403)]
    [InlineData(null, "http", "localhost", 403)]
    [InlineData("192.0.2.1", "https", "head.example:7700", 200)]
    [InlineData("192.0.2.1", "https", "10.0.0.1:7700", 200)]
    [InlineData("192.0.2.1", "https", "localhost:7700", 200)] // Through a tunnel.
    [InlineData("192.0.2.1", "https", "example.org", 403)]
    public async Task UseHostGate_RejectsRequests_FromUnknownAddressesOrToUnknownHosts(
        string? remote, string scheme, string host, int status)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseHostGate(["head.example", "10.0.0.1"]).Run(static context =>
        {
            context.Response.StatusCode = 200;
            return Task.CompletedTask;
        });
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Request.Scheme = scheme;
        context.Request.Host = new HostString(host);

        await app.Build()(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
