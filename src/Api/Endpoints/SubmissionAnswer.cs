using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>The events that answer a submission, to the last.</summary>
/// <param name="desk">Takes it.</param>
/// <param name="spec">The spec.</param>
/// <param name="traceParent">The span that submits it.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where bugs are logged.</param>
/// <param name="ending">Cancelled when the head ends, which waits for no preparation.</param>
internal sealed class SubmissionAnswer(
    SubmissionService desk, SpecFile spec, string? traceParent, TimeProvider time, ILogger log,
    CancellationToken ending) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = new EventStream(httpContext.Response, time);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, ending);
        try
        {
            var recorded = await desk.SubmitAsync(
                spec, traceParent, (name, words) =>
                    events.SendAsync(name, new SubmissionProgress { Text = words }), cancelled.Token);
            await events.SendAsync(SubmissionEvent.Submitted, recorded);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has hung up before anything was recorded.
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await events.SendAsync(SubmissionEvent.Refused, Unavailable("this sbnn is ending").ProblemDetails);
        }
        catch (Exception error)
        {
            var problem = Problems.Find(error)
                ?? (error is IOException
                    ? Unavailable(error.Message)
                    : Problems.OfBug(error, httpContext.Request, log));
            await events.SendAsync(SubmissionEvent.Refused, problem.ProblemDetails);
        }
    }

    // A full disk, a lost network, a head that ends: the same submission may be repeated.
    private static ProblemHttpResult Unavailable(string why) =>
        TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
