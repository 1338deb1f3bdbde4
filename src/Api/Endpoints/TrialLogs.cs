using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>Serves the logs of trainers as plain text.</summary>
internal static class TrialLogs
{
    /// <summary>Maps <c>trials/{key}/logs</c>.</summary>
    public static void MapLogs(this RouteGroupBuilder api) => api.MapGet("/trials/{key}/logs", GetLogAsync)
        .Sends(typeof(string), ["text/plain"], "Reads the output of a trial's trainer.", 400, 404)
        .With<int>("attempt", "The attempt; the last one when omitted.")
        .With<LogFile>("file", "The log; `stdout` when omitted.")
        .With<bool>("follow", "True: additions are sent until the attempt ends.")
        .WithTags(Documentation.Trials);

    private static async Task<IResult> GetLogAsync(
        string key,
        HttpRequest request,
        [FromServices] LedgerReader ledger,
        [FromServices] IAttemptLogs logs,
        TimeProvider time,
        IHostApplicationLifetime host)
    {
        var file = Query.Word<LogFile>(request, "file") ?? LogFile.Stdout;
        var follows = Query.Flag(request, "follow");
        if (await TrialPrefix.FindAsync(ledger, key) is not { } trial) return Problems.NoTrial(key);
        if (trial.Attempt == 0) return Problems.NotFound($"trial: {trial.Key.Short} has not been attempted yet");
        var attempt = new AttemptId(trial.Key, Query.Whole(request, "attempt", 1) ?? trial.Attempt);
        if (attempt.Attempt > trial.Attempt)
        {
            return Problems.NotFound(
                $"attempt: trial {trial.Key.Short} has only {Wording.Count(trial.Attempt, "attempt")}, so "
                    + $"{attempt.Attempt} does not exist");
        }

        if (await logs.ReadAsync(attempt, file, 0, 1) is null)
        {
            return Problems.NotFound(
                $"attempt: no logs of {attempt} are available, because the attempt's node does not answer and the head "
                    + "has no copy");
        }

        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(
            async body =>
            {
                using var ends = CancellationTokenSource.CreateLinkedTokenSource(
                    request.HttpContext.RequestAborted, host.ApplicationStopping);
                try
                {
                    await new LogTail(logs, time)
                        .CopyAsync(attempt, file, follows ? IsOverAsync : null, body, ends.Token);
                }
                catch (OperationCanceledException) when (ends.IsCancellationRequested)
                {
                    // The client has disconnected, or the head is shutting down.
                }
            },
            "text/plain; charset=utf-8");

        async Task<bool> IsOverAsync() =>
            await ledger.FindTrialAsync(trial.Key) is not { State: TrialState.Running } now
            || now.Attempt != attempt.Attempt;
    }
}
