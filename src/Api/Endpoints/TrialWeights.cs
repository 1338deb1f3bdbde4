using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Serves the kept weights of finished trials as safetensors files.</summary>
internal static class TrialWeights
{
    /// <summary>Maps <c>trials/{key}/weights/best</c> and <c>trials/{key}/weights/last</c>.</summary>
    public static void MapWeights(this RouteGroupBuilder api)
    {
        Map(isLast: false, "Reads the weights of a finished trial after its best epoch at the sparsity target.");
        Map(isLast: true, "Reads the weights of a finished trial after its last epoch.");

        void Map(bool isLast, string summary) => api.MapGet(
            $"/trials/{{key}}/weights/{(isLast ? "last" : "best")}",
            (string key, HttpResponse response, [FromServices] LedgerReader ledger, [FromServices] IHomeFacts home) =>
                SendAsync(key, isLast, response, ledger, home))
            .Sends(typeof(byte[]), ["application/octet-stream"], $"{summary} Supports ranges.", 400, 404)
            .WithTags(Documentation.Trials);
    }

    private static async Task<IResult> SendAsync(
        string key, bool isLast, HttpResponse response, LedgerReader ledger, IHomeFacts home)
    {
        if (await TrialPrefix.FindAsync(ledger, key) is not { } trial) return Problems.NoTrial(key);
        if (await ledger.FindFinishedAsync(trial.Key) is not { } finished)
        {
            return Problems.NotFound(
                $"trial: {trial.Key.Short} is {EnumWords.Of(trial.State)}, and only a finished trial has weights");
        }

        if ((isLast ? finished.LastWeights : finished.BestWeights) is not { } digest)
        {
            return Problems.NotFound(
                $"trial: {trial.Key.Short} has no such weights; `keep: weights` under `run:` keeps them");
        }

        var file = home.WeightsOf(new AttemptId(trial.Key, finished.Attempt), isLast);
        if (!File.Exists(file))
        {
            return Problems.NotFound(
                $"trial: the head does not have the weights of {trial.Key.Short}; they are on node {finished.Node}");
        }

        await using (var bytes = File.OpenRead(file))
        {
            var found = Convert.ToHexStringLower(
                await SHA256.HashDataAsync(bytes, response.HttpContext.RequestAborted));
            if (found != digest)
            {
                return Problems.NotFound($"trial: the file with the weights of {trial.Key.Short} was altered: its "
                    + $"SHA-256 is {found}, but {digest} was recorded; restore it from a copy");
            }
        }

        response.Headers.XContentTypeOptions = "nosniff";
        return Results.File(
            file, "application/octet-stream", $"{trial.Key.Short}-{(isLast ? "last" : "best")}.safetensors",
            entityTag: new EntityTagHeaderValue($"\"{digest}\""), enableRangeProcessing: true);
    }
}
