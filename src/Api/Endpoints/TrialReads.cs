using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Endpoints that read single trials, which the first digits of their keys name.</summary>
internal static class TrialReads
{
    /// <summary>Maps <c>trials/{key}</c> and <c>trials/{key}/epochs</c>.</summary>
    public static void MapTrials(this RouteGroupBuilder api)
    {
        api.MapGet("/trials/{key}", GetAsync)
            .Answers<TrialDocument>("Reads a trial with its attempts and its result's provenance.", 400, 404)
            .WithTags(Documentation.Trials);
        api.MapGet("/trials/{key}/epochs", ListEpochsAsync)
            .Answers<EpochList>("Lists the epochs of a trial.", 400, 404)
            .With<int>("after", "Only epochs after this one; 0 when omitted.")
            .With<int>("limit", "The largest number of epochs, from 1 to 1000; 100 when omitted.")
            .With<bool>("layers", "True: each epoch has its layers.")
            .WithTags(Documentation.Trials);
    }

    private static async Task<IResult> GetAsync(
        string key, [FromServices] LedgerReader ledger, [FromServices] SweepViewReader views)
    {
        if (await TrialPrefix.FindAsync(ledger, key) is not { } found
            || await ledger.FindDetailAsync(found.Key) is not { } detail)
            return Problems.NoTrial(key);
        return Content.Json(new TrialDocument
        {
            Trial = (await views.ViewAsync(detail.Progress)).ToContract(),
            Sweeps = [.. detail.Sweeps.Order(StringComparer.Ordinal)],
            Attempts = detail.Attempts,
            Classes = detail.Classes,
            ResultSha256 = detail.ResultSha256,
            CommittedAt = detail.CommittedAt,
            Constraint = detail.Constraint,
        });
    }

    private static async Task<IResult> ListEpochsAsync(
        string key, HttpRequest request, [FromServices] LedgerReader ledger)
    {
        var (after, limit) = (Query.Whole(request, "after", 0) ?? 0, Query.Limit(request));
        var withLayers = Query.Flag(request, "layers");
        if (await TrialPrefix.FindAsync(ledger, key) is not { } trial) return Problems.NoTrial(key);
        // One item more than the page's limit is read, to see whether another page follows.
        var found = await ledger.ReadEpochsAsync(trial.Key, after, limit + 1, withLayers);
        return Content.Json(new EpochList
        {
            Items = [.. found.Take(limit)],
            NextAfter = found.Count > limit ? found[limit - 1].Metrics.Epoch : null,
        });
    }
}
