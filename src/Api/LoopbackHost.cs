using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api;

/// <summary>
/// Answers only requests that name this machine's loopback interface as their host. A web page elsewhere can have its
/// own name resolve to
/// 127.0.0.1 (DNS rebinding), and would otherwise read and change sweeps through its reader's browser.
/// </summary>
public static class LoopbackHost
{
    /// <summary>Refuses every other host with 403. To be called before anything is mapped.</summary>
    public static IApplicationBuilder UseLoopbackHost(this IApplicationBuilder app) => app.Use(static async (HttpContext context, RequestDelegate next) =>
    {
        var host = context.Request.Host;
        if (IsLoopback(host.Host))
        {
            await next(context);
            return;
        }

        await Results.Problem($"Host: {host} is not a name of this machine's loopback interface", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    });

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
