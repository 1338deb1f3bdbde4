using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// Answers only requests that name a host at which this sbnn is meant to be reached: the loopback interface, from this
/// machine; and where it also listens with TLS, that address and its names. A web page elsewhere can have its own name
/// resolve to 127.0.0.1 (DNS rebinding), and would otherwise read and change sweeps through its reader's browser.
/// </summary>
public static class HostGate
{
    /// <summary>Refuses every other address and host with 403. To be called before anything is mapped.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="names">Names and addresses at which it is reached with TLS.</param>
    public static IApplicationBuilder UseHostGate(this IApplicationBuilder app, IReadOnlyCollection<string> names) =>
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            var host = context.Request.Host;
            var isNamed = IsLoopback(host.Host)
                || (context.Request.IsHttps
                    && names.Contains(host.Host.Trim('[', ']'), StringComparer.OrdinalIgnoreCase));
            if (!context.Request.IsHttps && context.Connection.RemoteIpAddress is var remote
                && (remote is null || !IPAddress.IsLoopback(remote)))
            {
                return RefuseAsync(
                    context, $"remote address: {remote} is refused (allowed: this machine's loopback interface)");
            }

            return isNamed ? next(context)
                : RefuseAsync(context,
                    $"Host: {host} is not a name of this sbnn (allowed: {string.Join(", ", ["localhost", .. names])})");
        });

    private static Task RefuseAsync(HttpContext context, string problem) =>
        Results.Problem(problem, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    /// <summary>True when a host is this machine's loopback interface.</summary>
    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
