using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Contracts;
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

    /// <summary>Maps <c>POST /api/v1/submissions</c>.</summary>
    public static void MapSubmissions(this IEndpointRouteBuilder app) => app.MapGroup("/api/v1/submissions")
        .AddEndpointFilter<ProblemFilter>().AddEndpointFilter<ForeignOriginFilter>()
        .MapPost("", SubmitAsync).WithMetadata(new BodyLimit(LargestBody));

    private static async Task<IResult> SubmitAsync(
        HttpRequest request, SubmissionService submissions, TimeProvider time, IHostApplicationLifetime host,
        ILogger<SubmissionAnswer> log)
    {
        var sent = await RequestBody.ReadAsync<SpecSubmissionRequest>(request);
        foreach (var (what, text) in new[] { ("spec", sent.Spec), ("published", sent.Published) })
        {
            if (text is not null && Encoding.UTF8.GetByteCount(text) > SpecFile.Longest)
                return Problems.TooLarge($"{what}: more than {SpecFile.Longest} bytes");
        }

        var name = sent.FileName ?? "spec";
        if (name.Length > LongestName || name.Any(char.IsControl))
        {
            throw new BadInputException(
                $"fileName: not allowed (allowed: {LongestName} characters, none of them control characters)");
        }

        var spec = SpecReader.ParseSubmitted(sent.Spec, name, sent.Published);
        return new SubmissionAnswer(submissions, spec, sent.TraceParent, time, log, host.ApplicationStopping);
    }
}
