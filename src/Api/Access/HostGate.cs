using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sbnn.Sweeps.Api.Access;

/// <summary>
/// Accepts only requests that name an allowed host: the loopback interface for requests from this machine, and the
/// names and addresses on which this sbnn listens with TLS. Without this check a web page could let its own name
/// resolve to 127.0.0.1 (DNS rebinding) and read and change sweeps through the browser that shows the page.
/// </summary>
public static class HostGate
{
    /// <summary>
    /// Rejects requests from other addresses or to other hosts with 403. Must be called before endpoints are mapped.
    /// </summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="names">The names and addresses on which this sbnn listens with TLS.</param>
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
                return RejectAsync(
                    context, $"remote address: {remote} is not allowed without TLS (allowed: this machine's loopback "
                        + "interface)");
            }

            return isNamed ? next(context)
                : RejectAsync(context,
                    $"Host: {host} is not a name of this sbnn (allowed: {string.Join(", ", ["localhost", .. names])})");
        });

    private static Task RejectAsync(HttpContext context, string problem) =>
        Results.Problem(problem, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    /// <summary>True when a host name or address is that of the loopback interface.</summary>
    internal static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
