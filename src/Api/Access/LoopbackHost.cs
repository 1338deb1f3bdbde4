using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// Answers only requests that come from this machine and name its loopback interface as their host. A web page elsewhere can have its
/// own name resolve to
/// 127.0.0.1 (DNS rebinding), and would otherwise read and change sweeps through its reader's browser.
/// </summary>
public static class LoopbackHost
{
    /// <summary>Refuses every other address and host with 403. To be called before anything is mapped.</summary>
    public static IApplicationBuilder UseLoopbackHost(this IApplicationBuilder app) => app.Use(static async (HttpContext context, RequestDelegate next) =>
    {
        var remote = context.Connection.RemoteIpAddress;
        var host = context.Request.Host;
        var isLocal = remote is not null && IPAddress.IsLoopback(remote);
        if (isLocal && IsLoopback(host.Host))
        {
            await next(context);
            return;
        }

        var problem = isLocal
            ? $"Host: {host} is not a name of this machine's loopback interface"
            : $"remote address: {remote} is refused (allowed: this machine's loopback interface)";
        await Results.Problem(problem, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    });

    /// <summary>Whether a host is this machine's loopback interface, by name or address.</summary>
    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
