using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// Asks the head through its HTTP API. Throws <see cref="HeadUnreachableException"/> when it does not answer: it may
/// be ending, and every
/// request here may be repeated; <see cref="LedgerUnavailableException"/> when it answers that it cannot write.
/// </summary>
public sealed class SweepsClient(HttpClient http) : IDisposable
{
    private const string ProblemMedia = "application/problem+json";

    /// <summary>A client of the head at an address.</summary>
    /// <param name="address">The head's base address.</param>
    /// <param name="token">The home's token; null for an sbnn that asks for none yet.</param>
    public SweepsClient(Uri address, ApiToken? token)
        : this(new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = 5 * SweepLedger.UsualPatience,
            DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token.Text) },
        })
    {
    }

    /// <summary>Submits a sweep.</summary>
    public async Task<SubmittedSweep> SubmitAsync(SubmitSweepRequest submission, CancellationToken cancellation) =>
        await SendAsync<SubmittedSweep>(HttpMethod.Post, "api/v1/sweeps", submission, cancellation)
        ?? throw new InvalidOperationException("the head does not know a sweep that was just submitted to it");

    /// <summary>Pauses, resumes or cancels a sweep; null when there is none of that name.</summary>
    public Task<ChangedDesiredState?> SetDesiredStateAsync(string sweep, DesiredState desiredState, CancellationToken cancellation) =>
        SendAsync<ChangedDesiredState>(
            HttpMethod.Put, $"{PathOf(sweep)}/desired-state", new DesiredStateRequest { DesiredState = desiredState }, cancellation);

    /// <summary>Changes a sweep's priority; null when there is none of that name.</summary>
    public Task<ChangedPriority?> ChangePriorityAsync(string sweep, int priority, CancellationToken cancellation) =>
        SendAsync<ChangedPriority>(HttpMethod.Put, $"{PathOf(sweep)}/priority", new PriorityRequest { Priority = priority }, cancellation);

    /// <summary>Retries a sweep's failed trials; null when there is none of that name.</summary>
    public Task<RetriedTrials?> RetryFailedAsync(string sweep, CancellationToken cancellation) =>
        SendAsync<RetriedTrials>(HttpMethod.Post, $"{PathOf(sweep)}/retry", new { }, cancellation);

    /// <summary>Copies what a trial's trainer wrote.</summary>
    /// <param name="trial">The first digits of the trial's key.</param>
    /// <param name="attempt">Which attempt; null: the last one.</param>
    /// <param name="file">Which of its files.</param>
    /// <param name="follow">True to go on with what is added, until the attempt is over.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task CopyLogAsync(string trial, int? attempt, LogFile file, bool follow, Stream to, CancellationToken cancellation)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture, $"api/v1/trials/{trial}/logs?file={Knobs.WordOf(file)}&follow={(follow ? "true" : "false")}{(attempt is { } n ? $"&attempt={n}" : "")}");
        try
        {
            using var response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound) throw new BadInputException($"trial: {(await ReadProblemAsync(response, cancellation)).Detail}");
            if (!response.IsSuccessStatusCode) throw await ErrorOfAsync(response, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            await body.CopyToAsync(to, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw new HeadUnreachableException(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HeadUnreachableException($"no answer within {http.Timeout.TotalSeconds:0} s", error);
        }
    }

    public void Dispose() => http.Dispose();

    private static string PathOf(string sweep) => $"api/v1/sweeps/{Uri.EscapeDataString(sweep)}";

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, object body, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = JsonContent.Create(body, body.GetType(), options: SbnnJson.Options),
            };
            using var response = await http.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync<T>(SbnnJson.Options, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            throw await ErrorOfAsync(response, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw new HeadUnreachableException(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new HeadUnreachableException($"no answer within {http.Timeout.TotalSeconds:0} s", error);
        }
    }

    private async Task<Exception> ErrorOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var (type, detail) = await ReadProblemAsync(response, cancellation);
        if (type == ProblemType.Ledger) return new LedgerUnavailableException(detail, response.StatusCode == HttpStatusCode.ServiceUnavailable);
        return response.StatusCode == HttpStatusCode.BadRequest
            ? new BadInputException($"the sbnn at {http.BaseAddress} refuses this: {detail}")
            : new HeadUnreachableException($"it answers {(int)response.StatusCode}: {detail}");
    }

    private static async Task<(string? Type, string Detail)> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (response.Content.Headers.ContentType?.MediaType != ProblemMedia) return (null, text);
        using var problem = JsonDocument.Parse(text);
        return (Member(problem, "type"), Member(problem, "detail") ?? text);
    }

    private static string? Member(JsonDocument problem, string name) =>
        problem.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
}
