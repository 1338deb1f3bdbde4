using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Api;

/// <summary>
/// The part of the HTTP API that changes sweeps, for the <c>sbnn</c> command on the same machine. A web page must not be able to use it
/// behind its reader's back: only <c>application/json</c> is taken (which a page of another origin cannot send unasked), and
/// <see cref="LoopbackHost"/> keeps DNS rebinding out.
/// </summary>
public static class SweepChangesApi
{
    /// <summary>A grid of a hundred thousand trials, as JSON, with room to spare.</summary>
    private const long LargestBody = 256 << 20;

    /// <summary>Maps submitting, <c>wish</c>, <c>priority</c> and <c>retry</c> below <c>/api/sweeps</c>.</summary>
    public static IEndpointRouteBuilder MapSweepChanges(this IEndpointRouteBuilder app)
    {
        var changes = app.MapGroup("/api/sweeps").AddEndpointFilter(RefuseStrangersAsync);
        changes.MapPost("", static (HttpContext context, IGrainFactory grains) => WithBodyAsync<SweepSubmission>(context, async submission =>
            SubmissionCheck.FindFault(submission) is { } fault
                ? Refused(fault)
                : Json(await grains.GetGrain<ISweepGrain>(submission.Name).SubmitAsync(submission))))
            .WithMetadata(new BodyLimit(LargestBody));
        changes.MapPut("/{name}/wish", static (string name, HttpContext context, IGrainFactory grains) => WithBodyAsync<DesiredStateRequest>(context, async order =>
            await grains.GetGrain<ISweepGrain>(name).SetDesiredStateAsync(order.DesiredState) is { } change ? Json(change) : NotFound(name)));
        changes.MapPut("/{name}/priority", static (string name, HttpContext context, IGrainFactory grains) => WithBodyAsync<PriorityOrder>(context, async order =>
        {
            if (order.Priority is < RunSpec.LeastPriority or > RunSpec.MostPriority)
                return Refused($"priority: {order.Priority} is not allowed: a whole number from {RunSpec.LeastPriority} to {RunSpec.MostPriority}");
            return await grains.GetGrain<ISweepGrain>(name).ChangePriorityAsync(order.Priority) is { } before
                ? Json(new PriorityChange(before, order.Priority))
                : NotFound(name);
        }));
        changes.MapPost("/{name}/retry", static async (string name, IGrainFactory grains) =>
            await grains.GetGrain<ISweepGrain>(name).RetryFailedAsync() is { } retried ? Json(new RetriedTrials(retried)) : NotFound(name));
        return app;
    }

    private static async ValueTask<object?> RefuseStrangersAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var request = call.HttpContext.Request;
        if (request.Headers.Origin is [{ Length: > 0 } origin] && origin != $"{request.Scheme}://{request.Host}")
            return Results.Problem($"Origin: a page of {origin} may not change sweeps", statusCode: StatusCodes.Status403Forbidden);
        if (!request.HasJsonContentType())
            return Results.Problem("Content-Type: application/json is wanted", statusCode: StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await next(call);
        }
        catch (LedgerUnavailableException error)
        {
            return Results.Problem(error.Message, statusCode: error.IsPassing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task<IResult> WithBodyAsync<T>(HttpContext context, Func<T, Task<IResult>> handle)
    {
        T? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync<T>(context.Request.Body, SbnnJson.Options, context.RequestAborted);
        }
        catch (JsonException error)
        {
            return Refused($"the body is not a {typeof(T).Name}: {error.Message}");
        }

        return body is null ? Refused($"the body is not a {typeof(T).Name}: null") : await handle(body);
    }

    private static IResult Json<T>(T value) => Results.Json(value, SbnnJson.Options);

    private static IResult Refused(string why) => Results.Problem(why, statusCode: StatusCodes.Status400BadRequest);

    private static IResult NotFound(string sweep) => Results.Problem($"there is no sweep named {sweep}", statusCode: StatusCodes.Status404NotFound);

    private sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
}

/// <summary>The body that pauses, resumes or cancels a sweep.</summary>
/// <param name="DesiredState">The wish from now on.</param>
public sealed record DesiredStateRequest(DesiredState DesiredState);

/// <summary>The body that changes a sweep's priority.</summary>
/// <param name="Priority">Higher goes first.</param>
public sealed record PriorityOrder(int Priority);

/// <summary>A changed priority.</summary>
/// <param name="Before">What it was.</param>
/// <param name="Now">What it is.</param>
public sealed record PriorityChange(int Before, int Now);

/// <summary>What trying again did.</summary>
/// <param name="Retried">Failed trials that wait again.</param>
public sealed record RetriedTrials(int Retried);
