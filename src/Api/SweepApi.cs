using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Api;

/// <summary>The HTTP API: what the ledger knows of sweeps and trials, as JSON. Read only.</summary>
public static class SweepApi
{
    /// <summary>Maps <c>/api/sweeps</c>, <c>/api/sweeps/{name}</c> and <c>/healthz</c>.</summary>
    public static IEndpointRouteBuilder MapSweepApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/healthz", static () => Results.Text("ok\n"));
        app.MapGet("/api/sweeps", static async (LedgerReader ledger) => Json(await ledger.ReadSweepsAsync()));
        app.MapGet("/api/sweeps/{name}", static async (string name, LedgerReader ledger) =>
            await ledger.FindProgressAsync(name) is { } progress
                ? Json(progress)
                : Results.Problem($"there is no sweep named {name}", statusCode: StatusCodes.Status404NotFound));
        return app;
    }

    private static IResult Json<T>(T value) => Results.Json(value, SbnnJson.Options);
}
