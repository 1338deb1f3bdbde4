using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Answers a submission with events.</summary>
/// <param name="submissions">Prepares and records the sweep.</param>
/// <param name="spec">The spec.</param>
/// <param name="traceParent">The submitting span.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where bugs are logged.</param>
/// <param name="ending">Cancelled when the head ends; it does not wait for preparations.</param>
internal sealed class SubmissionAnswer(
    SubmissionService submissions, SpecFile spec, string? traceParent, TimeProvider time, ILogger log,
    CancellationToken ending) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = new EventStream(httpContext.Response, time);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, ending);
        try
        {
            var recorded = await submissions.SubmitAsync(
                spec, traceParent, (name, text) =>
                    events.SendAsync(name, new SubmissionProgress { Text = text }), cancelled.Token);
            await events.SendAsync(SubmissionEvent.Submitted, recorded);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected before anything was recorded.
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

    // After a full disk, a network error or the end of the head, the same submission may be repeated.
    private static ProblemHttpResult Unavailable(string why) =>
        TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
