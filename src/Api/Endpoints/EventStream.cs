using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// An answer of server-sent events. A heartbeat is sent every few seconds, so that a client can distinguish silence
/// from a head that is gone.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponse _response;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _heartbeats;

    /// <summary>Begins the answer.</summary>
    /// <param name="response">The response.</param>
    /// <param name="time">The clock.</param>
    /// <param name="heartbeat">The lines of a heartbeat: an event, or a comment.</param>
    /// <param name="interval">The time between two heartbeats.</param>
    public EventStream(HttpResponse response, TimeProvider time, string heartbeat, TimeSpan interval)
    {
        _response = response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        _heartbeats = SendHeartbeatsAsync(heartbeat, interval, time);
    }

    /// <summary>Sends an event. When the client has disconnected, the event is dropped.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="data">The event's data, sent as JSON.</param>
    /// <param name="id">The event's id, which a client that reconnects sends as <c>Last-Event-ID</c>; null for
    /// none.</param>
    public Task SendAsync(string name, object data, string? id = null) => SendAsync(
        $"{(id is null ? "" : $"id: {id}\n")}event: {name}\n"
        + $"data: {JsonSerializer.Serialize(data, data.GetType(), SbnnJson.Options)}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _heartbeats;
        _end.Dispose();
        _sending.Dispose();
    }

    private async Task SendAsync(string lines)
    {
        await _sending.WaitAsync();
        try
        {
            await _response.WriteAsync($"{lines}\n\n", Encoding.UTF8, _response.HttpContext.RequestAborted);
            await _response.Body.FlushAsync(_response.HttpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (_response.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected. The work stops through the request's own token.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task SendHeartbeatsAsync(string heartbeat, TimeSpan interval, TimeProvider time)
    {
        try
        {
            using var tick = new PeriodicTimer(interval, time);
            while (await tick.WaitForNextTickAsync(_end.Token)) await SendAsync(heartbeat);
        }
        catch (OperationCanceledException)
        {
            // The answer is complete.
        }
    }
}
