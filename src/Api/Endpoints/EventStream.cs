using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// An answer of server-sent events. An event is sent at least every few seconds, so that a client can distinguish long
/// work from a head that is gone.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly HttpResponse _response;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _keepAlive;

    public EventStream(HttpResponse response, TimeProvider time)
    {
        _response = response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        _keepAlive = SendKeepAliveAsync(time);
    }

    /// <summary>Sends an event. When the client has disconnected, the event is dropped.</summary>
    public async Task SendAsync(string name, object data)
    {
        var text = $"event: {name}\ndata: {JsonSerializer.Serialize(data, data.GetType(), SbnnJson.Options)}\n\n";
        await _sending.WaitAsync();
        try
        {
            await _response.WriteAsync(text, Encoding.UTF8, _response.HttpContext.RequestAborted);
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

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _keepAlive;
        _end.Dispose();
        _sending.Dispose();
    }

    private async Task SendKeepAliveAsync(TimeProvider time)
    {
        try
        {
            using var tick = new PeriodicTimer(LongestSilence, time);
            while (await tick.WaitForNextTickAsync(_end.Token)) await SendAsync(SubmissionEvent.Alive, new { });
        }
        catch (OperationCanceledException)
        {
            // The answer is complete.
        }
    }
}
