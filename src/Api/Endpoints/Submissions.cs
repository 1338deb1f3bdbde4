using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Takes specs as text from anywhere. A spec that cannot be read is refused at once; what follows is told in server-sent events.</summary>
internal static class Submissions
{
    /// <summary>Two files, whatever JSON makes of their characters.</summary>
    private const long LargestBody = 12 * SpecFile.Longest + 4096;

    private const int LongestName = 255;

    /// <summary>Maps <c>POST /api/v1/submissions</c>.</summary>
    public static void MapSubmissions(this IEndpointRouteBuilder app) => app.MapGroup("/api/v1/submissions")
        .AddEndpointFilter<ProblemFilter>().AddEndpointFilter<ForeignOriginFilter>()
        .MapPost("", SubmitAsync).WithMetadata(new BodyLimit(LargestBody));

    private static async Task<IResult> SubmitAsync(HttpRequest request, SubmissionDesk desk, TimeProvider time, ILogger<SubmissionAnswer> log)
    {
        var sent = await RequestBody.ReadAsync<SpecSubmissionRequest>(request);
        if (IsTooLong(sent.Spec)) return Problems.TooLarge($"spec: more than {SpecFile.Longest} bytes");
        if (sent.Published is { } published && IsTooLong(published)) return Problems.TooLarge($"published: more than {SpecFile.Longest} bytes");
        var name = sent.FileName ?? "spec";
        if (name.Length > LongestName || name.Any(char.IsControl)) throw new BadInputException($"fileName: at most {LongestName} characters, none of them control characters");
        return new SubmissionAnswer(desk, SpecReader.ParseSent(sent.Spec, name, sent.Published), sent.TraceParent, time, log);
    }

    private static bool IsTooLong(string text) => Encoding.UTF8.GetByteCount(text) > SpecFile.Longest;
}

/// <summary>The events that answer a submission, to the end.</summary>
internal sealed class SubmissionAnswer(SubmissionDesk desk, SpecFile spec, string? traceParent, TimeProvider time, ILogger log) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = new EventStream(httpContext.Response, time);
        try
        {
            var recorded = await desk.SubmitAsync(
                spec, traceParent, (name, words) => events.SendAsync(name, new SubmissionNews { Text = words }), httpContext.RequestAborted);
            await events.SendAsync(SubmissionEvent.Submitted, recorded);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has hung up before anything was recorded.
        }
        catch (Exception error)
        {
            var problem = Problems.Find(error)
                ?? (error is IOException
                    ? TypedResults.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable) // A full disk, a lost network.
                    : Problems.OfBug(error, httpContext.Request, log));
            await events.SendAsync(SubmissionEvent.Refused, problem.ProblemDetails);
        }
    }
}
