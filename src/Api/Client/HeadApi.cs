using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// Asks the head through its HTTP API. Throws <see cref="HeadUnreachableException"/> when it does not answer: it may be ending, and every
/// request here may be repeated; <see cref="LedgerUnavailableException"/> when it says that it cannot write.
/// </summary>
public sealed class HeadApi(HttpClient http) : IDisposable
{
    private const string ProblemType = "application/problem+json";

    public HeadApi(Uri address)
        : this(new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = 5 * SweepLedger.UsualPatience })
    {
    }

    /// <summary>Submits a sweep.</summary>
    public async Task<RecordedRevision> SubmitAsync(SweepSubmission submission, CancellationToken cancellation) =>
        await SendAsync<RecordedRevision>(HttpMethod.Post, "api/sweeps", submission, cancellation)
        ?? throw new InvalidOperationException("the head knows no sweep that was just submitted to it");

    /// <summary>Pauses, resumes or cancels a sweep; null when there is none of that name.</summary>
    public Task<DesiredStateChange?> SetDesiredStateAsync(string sweep, DesiredState wish, CancellationToken cancellation) =>
        SendAsync<DesiredStateChange>(HttpMethod.Put, $"{PathOf(sweep)}/wish", new DesiredStateRequest(wish), cancellation);

    /// <summary>Changes a sweep's priority; null when there is none of that name.</summary>
    public Task<PriorityChange?> ChangePriorityAsync(string sweep, int priority, CancellationToken cancellation) =>
        SendAsync<PriorityChange>(HttpMethod.Put, $"{PathOf(sweep)}/priority", new PriorityOrder(priority), cancellation);

    /// <summary>Tries a sweep's failed trials again; null when there is none of that name.</summary>
    public Task<RetriedTrials?> RetryFailedAsync(string sweep, CancellationToken cancellation) =>
        SendAsync<RetriedTrials>(HttpMethod.Post, $"{PathOf(sweep)}/retry", new { }, cancellation);

    public void Dispose() => http.Dispose();

    private static string PathOf(string sweep) => $"api/sweeps/{Uri.EscapeDataString(sweep)}";

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, object order, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(order, order.GetType(), options: SbnnJson.Options) };
            using var response = await http.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.NotFound) return null;
            if (response.StatusCode == HttpStatusCode.BadRequest)
                throw new BadInputException($"the sbnn at {http.BaseAddress} refuses this: {await ReadDetailAsync(response, cancellation)}");
            if (response is { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError, Content.Headers.ContentType.MediaType: ProblemType })
                throw new LedgerUnavailableException(await ReadDetailAsync(response, cancellation), response.StatusCode == HttpStatusCode.ServiceUnavailable);
            if (!response.IsSuccessStatusCode)
                throw new HeadUnreachableException($"it answers {(int)response.StatusCode}: {await ReadDetailAsync(response, cancellation)}");
            return await response.Content.ReadFromJsonAsync<T>(SbnnJson.Options, cancellation);
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

    private static async Task<string> ReadDetailAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (response.Content.Headers.ContentType?.MediaType != ProblemType) return text;
        using var problem = JsonDocument.Parse(text);
        return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? text : text;
    }
}

/// <summary>The head does not answer (any more, or yet).</summary>
public sealed class HeadUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
