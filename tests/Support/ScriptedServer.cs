using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// An HTTP server on the loopback interface whose answers a test controls byte by byte, including the end of the
/// connection. Each request receives the next answer; further requests receive the last answer.
/// </summary>
public sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<string> _requests = [];
    private readonly Func<string, Stream, Task>[] _answers;

    public ScriptedServer(params Func<string, Stream, Task>[] answers)
    {
        _answers = answers;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/files");

    /// <summary>Cancelled when the server is disposed. An answer that stalls waits for this token.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>The request lines and headers of all requests so far, in lower case.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    /// <summary>Answers with a file, beginning at the requested byte, as a server that supports ranges does.</summary>
    public static Func<string, Stream, Task> Serve(byte[] file, string version = "\"v1\"", int? cutAfter = null,
        bool knowsRanges = true) => async (request, stream) =>
    {
        var from = knowsRanges && FirstByte(request) is { } first
            && (!request.Contains("if-range:") || request.Contains($"if-range: {version}")) ? first : 0;
        var head = from == 0 ? "200 OK"
            : $"206 Partial Content\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}";
        await HeadAsync(stream, $"{head}\r\nETag: {version}\r\nContent-Length: {file.Length - from}");
        await stream.WriteAsync(file.AsMemory(from, Math.Min(cutAfter ?? int.MaxValue, file.Length - from)));
    };

    /// <summary>Answers with a status and no body.</summary>
    public static Func<string, Stream, Task> Status(string status) => (_, stream) =>
        HeadAsync(stream, $"{status}\r\nContent-Length: 0");

    /// <summary>Writes the status line and the headers.</summary>
    public static async Task HeadAsync(Stream stream, string head)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"));
        await stream.FlushAsync();
    }

    public void Dispose()
    {
        _closing.Cancel();
        _listener.Dispose();
        _closing.Dispose();
    }

    private static int? FirstByte(string request) =>
        request.Split('\n').FirstOrDefault(static line => line.StartsWith("range: bytes=", StringComparison.Ordinal))
            is { } range ? int.Parse(range.Trim()[13..^1], null) : null;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync(_closing.Token);
                _ = AnswerAsync(connection);
            }
        }
        catch (Exception error)
            when (_closing.IsCancellationRequested
                && error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient connection)
    {
        using (connection)
        {
            await using var stream = connection.GetStream();
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0) return;
                head.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }

            int number;
            lock (_requests)
            {
                _requests.Add(head.ToString().ToLowerInvariant());
                number = _requests.Count;
            }

            try
            {
                await _answers[Math.Min(number, _answers.Length) - 1](head.ToString().ToLowerInvariant(), stream);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client disconnected, or the test ended. Tests examine the client's behaviour, so the server
                // reports no error.
            }
        }
    }
}
