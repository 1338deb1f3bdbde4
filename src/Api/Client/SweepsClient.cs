using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// A client of the head's HTTP API. Throws <see cref="HeadUnreachableException"/> when the head does not answer; any
/// request can then be repeated safely. Throws <see cref="LedgerUnavailableException"/> when the head cannot use its
/// ledger, and <see cref="BadInputException"/> when it rejects the request or the token.
/// </summary>
public sealed class SweepsClient : IDisposable
{
    private const string ProblemMedia = "application/problem+json";

    /// <summary>Unknown members are skipped, because a head of a later version may add some.</summary>
    private static readonly JsonSerializerOptions Answers = new(SbnnJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <summary>
    /// The longest time without an event after which the head counts as unreachable. A head that works sends events
    /// more often (<see cref="SubmissionEvent.Alive"/>).
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly HeadAccess _head;

    /// <summary>Creates a client of a head.</summary>
    public SweepsClient(HeadAccess head)
        : this(head, head.Connect(timeout: 5 * SweepLedger.DefaultLockTimeout))
    {
    }

    internal SweepsClient(HeadAccess head, HttpClient http) => (_head, _http) = (head, http);

    /// <summary>Submits a sweep.</summary>
    public async Task<SubmittedSweep> SubmitAsync(SubmitSweepRequest submission, CancellationToken cancellation) =>
        await SendAsync<SubmittedSweep>(HttpMethod.Post, "api/v1/sweeps", submission, cancellation)
        ?? throw new InvalidOperationException("the head does not know the sweep that was just submitted");

    /// <summary>Pauses, resumes or cancels a sweep; null when there is no such sweep.</summary>
    public Task<ChangedDesiredState?> SetDesiredStateAsync(
        string sweep, DesiredState desiredState, CancellationToken cancellation) =>
        SendAsync<ChangedDesiredState>(
            HttpMethod.Put, $"{PathOf(sweep)}/desired-state", new DesiredStateRequest { DesiredState = desiredState },
            cancellation);

    /// <summary>Changes a sweep's priority; null when there is no such sweep.</summary>
    public Task<ChangedPriority?> ChangePriorityAsync(string sweep, int priority, CancellationToken cancellation) =>
        SendAsync<ChangedPriority>(
            HttpMethod.Put, $"{PathOf(sweep)}/priority", new PriorityRequest { Priority = priority }, cancellation);

    /// <summary>Retries a sweep's failed trials; null when there is no such sweep.</summary>
    public Task<RetriedTrials?> RetryFailedAsync(string sweep, CancellationToken cancellation) =>
        SendAsync<RetriedTrials>(HttpMethod.Post, $"{PathOf(sweep)}/retry", new { }, cancellation);

    /// <summary>Copies a log of a trial's trainer; returns false for an empty log.</summary>
    /// <param name="trial">The first digits of the trial's key.</param>
    /// <param name="attempt">The attempt; null: the last one.</param>
    /// <param name="file">The log file.</param>
    /// <param name="follow">True to continue with new output until the attempt ends.</param>
    /// <param name="to">The stream to write to.</param>
    /// <param name="cancellation">Cancels the request.</param>
    public async Task<bool> CopyLogAsync(
        string trial, int? attempt, LogFile file, bool follow, Stream to, CancellationToken cancellation)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"api/v1/trials/{trial}/logs?file={EnumWords.Of(file)}&follow={(follow ? "true" : "false")}"
            + $"{(attempt is { } n ? $"&attempt={n}" : "")}");
        var isEmpty = true;
        _ = await SendAsync(
            HttpMethod.Get,
            path,
            body: null,
            HttpCompletionOption.ResponseHeadersRead,
            async answer =>
            {
                await using var log = await answer.Content.ReadAsStreamAsync(cancellation);
                var first = new byte[1 << 10];
                var size = await log.ReadAsync(first, cancellation);
                isEmpty = size == 0;
                await to.WriteAsync(first.AsMemory(0, size), cancellation);
                await to.FlushAsync(cancellation);
                await log.CopyToAsync(to, cancellation);
                return answer;
            },
            cancellation,
            explainsAbsence: true);
        return !isEmpty;
    }

    /// <summary>All files of a sweep's report, as a ZIP archive; null when there is no such sweep.</summary>
    public Task<byte[]?> GetReportArchiveAsync(string sweep, CancellationToken cancellation) =>
        SendAsync(
            HttpMethod.Get,
            $"{PathOf(sweep)}/report.zip",
            body: null,
            HttpCompletionOption.ResponseContentRead,
            answer => answer.Content.ReadAsByteArrayAsync(cancellation),
            cancellation);

    /// <summary>The head's nodes.</summary>
    public async Task<NodeList> ReadNodesAsync(CancellationToken cancellation) =>
        await GetAsync<NodeList>("api/v1/nodes", cancellation)
        ?? throw new BadInputException($"the sbnn at {_head.Address} does not support nodes; upgrade it");

    /// <summary>
    /// Prevents trials from starting on a node, or allows that again; null for an unknown node.
    /// </summary>
    public Task<Node?> DrainNodeAsync(string node, bool isDraining, CancellationToken cancellation) =>
        SendAsync<Node>(
            HttpMethod.Put, $"{PathOfNode(node)}/draining", new DrainRequest { Draining = isDraining }, cancellation);

    /// <summary>Revokes a node's admission; null for an unknown node.</summary>
    public Task<Node?> RemoveNodeAsync(string node, CancellationToken cancellation) =>
        SendAsync<Node>(HttpMethod.Delete, PathOfNode(node), new { }, cancellation);

    /// <summary>Creates a token with which machines join.</summary>
    public async Task<JoinToken> CreateJoinTokenAsync(TimeSpan lifetime, CancellationToken cancellation) =>
        await PostAsync<JoinToken>(
            "api/v1/join-tokens", new JoinTokenRequest { ExpiresInSeconds = (int)lifetime.TotalSeconds }, cancellation)
        ?? throw new BadInputException($"the sbnn at {_head.Address} does not accept nodes; upgrade it");

    /// <summary>
    /// Submits a spec, which the head prepares and expands. Throws <see cref="BadInputException"/> when the head
    /// rejects it. A cancellation also cancels the submission on the head, unless the sweep is already recorded.
    /// </summary>
    /// <param name="spec">The spec.</param>
    /// <param name="report">Receives each step: one of <see cref="SubmissionEvent"/>, and a line for the user.</param>
    /// <param name="cancellation">Cancels the request.</param>
    public async Task<SubmittedSweep> SubmitSpecAsync(
        SpecSubmissionRequest spec, Action<string, string> report, CancellationToken cancellation) =>
        await SendAsync(
            HttpMethod.Post,
            "api/v1/submissions",
            spec,
            HttpCompletionOption.ResponseHeadersRead,
            answer => ReadSubmissionAsync(answer, report, cancellation),
            cancellation)
        ?? throw new BadInputException(
            $"the sbnn at {_head.Address} does not accept specs; upgrade it, or use `sbnn run` on its machine");

    public void Dispose() => _http.Dispose();

    /// <summary>The path of a sweep in the API.</summary>
    internal static string PathOf(string sweep) => $"api/v1/sweeps/{Uri.EscapeDataString(sweep)}";

    private static string PathOfNode(string node) => $"api/v1/nodes/{Uri.EscapeDataString(node)}";

    /// <summary>Reads a document of the API; null when nothing exists at the path.</summary>
    internal Task<T?> GetAsync<T>(string path, CancellationToken cancellation)
        where T : class => SendAsync<T>(HttpMethod.Get, path, body: null, cancellation);

    /// <summary>Posts a document and returns the API's answer; null when nothing exists at the path.</summary>
    internal Task<T?> PostAsync<T>(string path, object body, CancellationToken cancellation)
        where T : class => SendAsync<T>(HttpMethod.Post, path, body, cancellation);

    /// <summary>Reads a text of the API; null when nothing exists at the path.</summary>
    internal Task<string?> GetTextAsync(string path, CancellationToken cancellation) =>
        SendAsync(
            HttpMethod.Get,
            path,
            body: null,
            HttpCompletionOption.ResponseContentRead,
            answer => answer.Content.ReadAsStringAsync(cancellation),
            cancellation);

    /// <summary>
    /// Sends a request and reads its answer with <paramref name="read"/>; null when nothing exists at the path. With
    /// <paramref name="explainsAbsence"/>, throws <see cref="BadInputException"/> instead, with the head's message.
    /// </summary>
    internal async Task<T?> SendAsync<T>(
        HttpMethod method,
        string path,
        object? body,
        HttpCompletionOption completion,
        Func<HttpResponseMessage, Task<T>> read,
        CancellationToken cancellation,
        bool explainsAbsence = false)
        where T : class
    {
        try
        {
            using var request = new HttpRequestMessage(method, path)
            {
                Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: SbnnJson.Options),
            };
            using var response = await _http.SendAsync(request, completion, cancellation);
            if (response.IsSuccessStatusCode) return await read(response);
            if (response.StatusCode == HttpStatusCode.NotFound && !explainsAbsence) return null;
            throw await ErrorOfAsync(response, cancellation);
        }
        catch (HttpRequestException error)
        {
            // The outer exception of a failed TLS handshake contains no cause; the inner exception does.
            var isHandshake = error.HttpRequestError == HttpRequestError.SecureConnectionError;
            throw Unreachable(isHandshake ? error.InnerException?.Message ?? error.Message : error.Message, error);
        }
        catch (IOException error)
        {
            throw Unreachable(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {_http.Timeout.TotalSeconds:0} s", error);
        }
    }

    /// <summary>The error that a problem document reports.</summary>
    /// <param name="status">The status of the answer.</param>
    /// <param name="problem">The problem document, or another text.</param>
    /// <param name="isProblem">True when the text is a problem document.</param>
    internal Exception ErrorOf(HttpStatusCode status, string problem, bool isProblem)
    {
        var (type, detail) = isProblem ? ReadProblem(problem) : (null, problem);
        if (type == ProblemType.Ledger)
            return new LedgerUnavailableException(detail, status == HttpStatusCode.ServiceUnavailable);
        return status switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge =>
                new BadInputException($"the sbnn at {_head.Address} rejected the request: {detail}"),
            HttpStatusCode.NotFound when isProblem => new BadInputException(detail),
            HttpStatusCode.Unauthorized =>
                new BadInputException(
                    $"{_head.TokenSource}: the token is not valid for the sbnn at {_head.Address}"),
            _ => Unreachable($"the answer has status {(int)status}: {detail}", inner: null),
        };
    }

    private async Task<SubmittedSweep> ReadSubmissionAsync(
        HttpResponseMessage answer, Action<string, string> report, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(LongestSilence);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        try
        {
            await foreach (var news in SseParser.Create(stream).EnumerateAsync(silence.Token))
            {
                silence.CancelAfter(LongestSilence);
                switch (news.EventType)
                {
                    case SubmissionEvent.Submitted:
                        return JsonSerializer.Deserialize<SubmittedSweep>(news.Data, Answers)!;
                    case SubmissionEvent.Refused:
                        throw ErrorOf(StatusOf(news.Data), news.Data, isProblem: true);
                    case SubmissionEvent.Waiting or SubmissionEvent.Preparing or SubmissionEvent.Hint:
                        report(news.EventType,
                            JsonSerializer.Deserialize<SubmissionProgress>(news.Data, Answers)!.Text);
                        break;
                }
            }
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable($"no event for {LongestSilence.TotalSeconds:0} s", error);
        }

        throw Unreachable("the connection ended before the answer was complete", inner: null);
    }

    private static HttpStatusCode StatusOf(string problem)
    {
        using var document = JsonDocument.Parse(problem);
        return (HttpStatusCode)document.RootElement.GetProperty("status").GetInt32();
    }

    private HeadUnreachableException Unreachable(string cause, Exception? inner) =>
        new(_head.NamedBy is { } named ? $"{named}: the head at {_head.Address} is not available: {cause}" : cause,
            inner);

    private Task<T?> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellation)
        where T : class => SendAsync(
            method,
            path,
            body,
            HttpCompletionOption.ResponseContentRead,
            async answer => await answer.Content.ReadFromJsonAsync<T>(Answers, cancellation)
                ?? throw new JsonException($"null is not a {typeof(T).Name}"),
            cancellation);

    private async Task<Exception> ErrorOfAsync(HttpResponseMessage response, CancellationToken cancellation) => ErrorOf(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(cancellation),
        isProblem: response.Content.Headers.ContentType?.MediaType == ProblemMedia);

    private static (string? Type, string Detail) ReadProblem(string text)
    {
        using var problem = JsonDocument.Parse(text);
        return (Member(problem, "type"), Member(problem, "detail") ?? text);
    }

    private static string? Member(JsonDocument problem, string name) =>
        problem.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
}
