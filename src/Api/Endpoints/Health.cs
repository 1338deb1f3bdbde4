using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that report whether the process is alive and whether it serves requests.</summary>
internal static class Health
{
    /// <summary>
    /// Maps <c>/healthz</c> and <c>/readyz</c>. A process that is shutting down is not ready. Pages that lost their
    /// connection wait until the next process is ready.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", static () => Results.Text("ok\n"));
        app.MapGet("/readyz", static (IHostApplicationLifetime host) => host.ApplicationStopping.IsCancellationRequested
            ? Results.Problem("this sbnn is shutting down", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok\n"));
    }
}
