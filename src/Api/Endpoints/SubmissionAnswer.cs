using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Answers a submission with server-sent events.</summary>
/// <param name="submissions">Prepares and records the sweep.</param>
/// <param name="spec">The spec.</param>
/// <param name="traceParent">The W3C <c>traceparent</c> of the submitting span.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log for unexpected errors.</param>
/// <param name="ending">Cancelled when the head shuts down, because it does not wait for preparations.</param>
internal sealed class SubmissionAnswer(
    SubmissionService submissions, SpecFile spec, string? traceParent, TimeProvider time, ILogger log,
    CancellationToken ending) : IResult
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = new EventStream(
            httpContext.Response, time, $"event: {SubmissionEvent.Alive}\ndata: {{}}", HeartbeatInterval);
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
            await events.SendAsync(SubmissionEvent.Refused, Unavailable("this sbnn is shutting down").ProblemDetails);
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

    // The client may repeat the submission after a full disk, a network error or a shutdown of the head.
    private static ProblemHttpResult Unavailable(string why) =>
        TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
