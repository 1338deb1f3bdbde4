using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
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
        WeightsFile file;
        try
        {
            file = await WeightsFile.FindAsync(trial, isLast, ledger, home, response.HttpContext.RequestAborted);
        }
        catch (BadInputException missing)
        {
            return Problems.NotFound(missing.Message);
        }

        response.Headers.XContentTypeOptions = "nosniff";
        return Results.File(
            file.Path, "application/octet-stream", $"{trial.Key.Short}-{(isLast ? "last" : "best")}.safetensors",
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
    }
}
