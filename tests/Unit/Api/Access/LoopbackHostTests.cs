using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Api.Access;

namespace Sbnn.Sweeps.Tests.Unit.Api.Access;

public sealed class LoopbackHostTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost", 200)]
    [InlineData("::1", "[::1]:5000", 200)]
    [InlineData("127.0.0.1", "example.org", 403)]
    [InlineData("192.0.2.1", "localhost", 403)]
    [InlineData(null, "localhost", 403)]
    public async Task UseLoopbackHost_Refuses_WhenTheAddressOrTheHostIsForeign(string? remote, string host, int status)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseLoopbackHost().Run(static context =>
        {
            context.Response.StatusCode = 200;
            return Task.CompletedTask;
        });
        var context = new DefaultHttpContext { RequestServices = services };
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Request.Host = new HostString(host);

        await app.Build()(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
