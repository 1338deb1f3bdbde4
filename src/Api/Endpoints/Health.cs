using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that report whether the process is alive and whether it serves requests.</summary>
internal static class Health
{
    /// <summary>
    /// Maps <c>/healthz</c> and <c>/readyz</c>. A host that is ending is not ready; pages that lost their connection
    /// use this to wait for the next one.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", static () => Results.Text("ok\n"));
        app.MapGet("/readyz", static (IHostApplicationLifetime host) => host.ApplicationStopping.IsCancellationRequested
            ? Results.Problem("this sbnn is ending", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ok\n"));
    }
}
