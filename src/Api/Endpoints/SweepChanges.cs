using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that change sweeps.</summary>
internal static class SweepChanges
{
    /// <summary>
    /// The largest accepted body, in bytes: more than the JSON of the largest grid, which has 100,000 trials.
    /// </summary>
    private const long LargestBody = 256 << 20;

    /// <summary>Maps submitting, <c>desired-state</c>, <c>priority</c> and <c>retry</c>.</summary>
    public static void MapChanges(this RouteGroupBuilder sweeps)
    {
        var changes = sweeps.MapGroup("").AddEndpointFilter<ForeignOriginFilter>();
        changes.MapPost("", SubmitAsync).WithMetadata(new BodyLimit(LargestBody)).Takes<SubmitSweepRequest>()
            .Answers<SubmittedSweep>("Submits a sweep whose grid is expanded already.", 403, 415)
            .WithTags(Documentation.Sweeps);
        changes.MapPut("/{name}/desired-state", SetDesiredStateAsync).Takes<DesiredStateRequest>()
            .Answers<ChangedDesiredState>("Pauses, resumes or cancels a sweep.", 403, 404, 415)
            .WithTags(Documentation.Sweeps);
        changes.MapPut("/{name}/priority", ChangePriorityAsync).Takes<PriorityRequest>()
            .Answers<ChangedPriority>("Changes the priority of a sweep.", 403, 404, 415)
            .WithTags(Documentation.Sweeps);
        changes.MapPost("/{name}/retry", static async (string name, IGrainFactory grains) =>
            await grains.GetGrain<ISweepGrain>(name).RetryFailedAsync() is { } retried
                ? Content.Json(new RetriedTrials { Retried = retried })
                : Problems.NoSweep(name))
            .Answers<RetriedTrials>("Retries the failed trials of a sweep.", 403, 404, 415)
            .WithTags(Documentation.Sweeps);
    }

    private static async Task<IResult> SubmitAsync(HttpRequest request, IGrainFactory grains, IPreparedImages images)
    {
        var submission = await RequestBody.ReadAsync<SubmitSweepRequest>(request);
        if (SubmissionCheck.FindFault(submission) is { } fault) return Problems.BadRequest(fault);
        if (await SubmissionCheck.FindImageFaultAsync(submission, images, request.HttpContext.RequestAborted)
            is { } unfit)
            return Problems.BadRequest(unfit);
        var recorded = await grains.GetGrain<ISweepGrain>(submission.Name).SubmitAsync(submission.ToSubmission());
        return Content.Json(recorded.ToContract());
    }

    private static async Task<IResult> SetDesiredStateAsync(string name, HttpRequest request, IGrainFactory grains)
    {
        var requested = await RequestBody.ReadAsync<DesiredStateRequest>(request);
        return await grains.GetGrain<ISweepGrain>(name).SetDesiredStateAsync(requested.DesiredState) is { } change
            ? Content.Json(change.ToContract())
            : Problems.NoSweep(name);
    }

    private static async Task<IResult> ChangePriorityAsync(string name, HttpRequest request, IGrainFactory grains)
    {
        var requested = await RequestBody.ReadAsync<PriorityRequest>(request);
        if (requested.Priority is < RunSpec.LeastPriority or > RunSpec.MostPriority)
        {
            throw new BadInputException(
                $"priority: {requested.Priority} is not allowed (allowed: a whole number from {RunSpec.LeastPriority} "
                    + $"to {RunSpec.MostPriority})");
        }

        return await grains.GetGrain<ISweepGrain>(name).ChangePriorityAsync(requested.Priority) is { } before
            ? Content.Json(new ChangedPriority { Before = before, Now = requested.Priority })
            : Problems.NoSweep(name);
    }
}
