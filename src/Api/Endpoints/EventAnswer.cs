using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// An answer of server-sent events about changes of the ledger, until the client disconnects or the head shuts down.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="look">Looks for changes and sends them; called once a second. Returns false to end the answer.</param>
/// <param name="stopping">Cancelled when the head shuts down.</param>
internal sealed class EventAnswer(
    TimeProvider time, Func<EventStream, Task<bool>> look, CancellationToken stopping) : IResult
{
    /// <summary>The header with the id of the last event that a client received before it reconnects.</summary>
    public const string LastEventId = "Last-Event-ID";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>The id of the last event that the client received; null at its first request.</summary>
    public static string? LastIdOf(HttpRequest request) =>
        request.Headers[LastEventId].ToString() is { Length: > 0 } id ? id : null;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var events = new EventStream(httpContext.Response, time, ": alive", HeartbeatInterval);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            // The client learns immediately that its request was accepted.
            await httpContext.Response.Body.FlushAsync(ends.Token);
            while (await look(events)) await Task.Delay(Interval, time, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has disconnected, or the head is shutting down.
        }
        catch (LedgerUnavailableException)
        {
            // The client reconnects with the last id, and gets a problem document while the ledger cannot be read.
        }
    }
}
