using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Accepts specs as text. A spec that cannot be parsed is rejected immediately; the later steps are reported as
/// server-sent events.
/// </summary>
internal static class Submissions
{
    /// <summary>
    /// The largest accepted body, in bytes: two files of the largest size, with room for JSON's escapes.
    /// </summary>
    private const long LargestBody = 12 * SpecFile.Longest + 4096;

    private const int LongestName = 255;

    /// <summary>Maps <c>POST submissions</c> and <c>POST specs/check</c>.</summary>
    public static void MapSubmissions(this RouteGroupBuilder api)
    {
        var specs = api.MapGroup("").AddEndpointFilter<ForeignOriginFilter>().WithMetadata(new BodyLimit(LargestBody));
        specs.MapPost("/submissions", SubmitAsync).Takes<SpecSubmissionRequest>()
            .Sends(
                typeof(SubmittedSweep), ["text/event-stream"],
                "Submits a spec. The answer is a stream of server-sent events: `waiting`, `preparing` and `hint` with "
                    + "a `text`, `alive` every 10 s, and last `submitted` with the data below, or `refused` with a "
                    + "problem document.",
                403, 415)
            .WithTags(Documentation.Sweeps);
        specs.MapPost("/specs/check", CheckAsync).Takes<SpecCheckRequest>()
            .Answers<SpecCheckResult>(
                "Finds the mistakes of a spec, or what a submission of it would do. Nothing is recorded.", 403, 415)
            .WithTags(Documentation.Sweeps);
    }

    private static async Task<IResult> SubmitAsync(
        HttpRequest request, SubmissionService submissions, TimeProvider time, IHostApplicationLifetime host,
        ILogger<SubmissionAnswer> log)
    {
        var sent = await RequestBody.ReadAsync<SpecSubmissionRequest>(request);
        if (FindTooLong(sent.Spec, sent.Published) is { } tooLong) return tooLong;
        var spec = SpecReader.ParseSubmitted(sent.Spec, NameOf(sent.FileName), sent.Published);
        return new SubmissionAnswer(submissions, spec, sent.TraceParent, time, log, host.ApplicationStopping);
    }

    private static async Task<IResult> CheckAsync(HttpRequest request, SpecCheck check)
    {
        var sent = await RequestBody.ReadAsync<SpecCheckRequest>(request);
        if (FindTooLong(sent.Spec, sent.Published) is { } tooLong) return tooLong;
        var found = await check.CheckAsync(sent.Spec, sent.Published, NameOf(sent.FileName));
        return Content.Json(new SpecCheckResult { Mistakes = found.Mistakes, Plan = found.Plan });
    }

    private static IResult? FindTooLong(string spec, string? published)
    {
        foreach (var (what, text) in new[] { ("spec", spec), ("published", published) })
        {
            if (text is not null && Encoding.UTF8.GetByteCount(text) > SpecFile.Longest)
                return Problems.TooLarge($"{what}: more than {SpecFile.Longest} bytes");
        }

        return null;
    }

    private static string NameOf(string? file)
    {
        var name = file ?? "spec";
        return name.Length <= LongestName && !name.Any(char.IsControl)
            ? name
            : throw new BadInputException(
                $"fileName: not allowed (allowed: {LongestName} characters, none of them control characters)");
    }
}
