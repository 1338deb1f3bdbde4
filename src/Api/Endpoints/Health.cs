using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Whether the process lives, and whether it serves.</summary>
internal static class Health
{
    /// <summary>
    /// Maps <c>/healthz</c> and <c>/readyz</c>. A host that is about to end is no longer ready: pages that lost their
    /// connection ask that.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", static () => Results.Text("ok\n"));
        app.MapGet("/readyz", static (IHostApplicationLifetime host) => host.ApplicationStopping.IsCancellationRequested
            ? Results.Problem("this sbnn is ending", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok\n"));
    }
}
