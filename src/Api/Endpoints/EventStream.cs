using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Server-sent events as an answer. One comes every few seconds, so that a client can distinguish a long silence from a
/// head that is gone.
/// </summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly HttpResponse _response;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _breaking;

    public EventStream(HttpResponse response, TimeProvider time)
    {
        _response = response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        _breaking = BreakSilenceAsync(time);
    }

    /// <summary>Sends an event. A client that has hung up misses it, and nothing else happens.</summary>
    public async Task SendAsync(string name, object data)
    {
        var text = $"event: {name}\ndata: {JsonSerializer.Serialize(data, data.GetType(), SbnnJson.Options)}\n\n";
        await _one.WaitAsync();
        try
        {
            await _response.WriteAsync(text, Encoding.UTF8, _response.HttpContext.RequestAborted);
            await _response.Body.FlushAsync(_response.HttpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (_response.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // What no client receives is lost; the work notices by the request's own token.
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _breaking;
        _end.Dispose();
        _one.Dispose();
    }

    private async Task BreakSilenceAsync(TimeProvider time)
    {
        try
        {
            using var tick = new PeriodicTimer(LongestSilence, time);
            while (await tick.WaitForNextTickAsync(_end.Token)) await SendAsync(SubmissionEvent.Alive, new { });
        }
        catch (OperationCanceledException)
        {
            // The answer is whole.
        }
    }
}
