using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Fetches a file whose length and digest are known. What has come lies in <c>*.part</c> until all of it is there and
/// its digest is right; whoever asks again, even another process later, goes on from there. The caller holds a lock:
/// one process at a time.
/// </summary>
/// <param name="url">From where.</param>
/// <param name="path">To where.</param>
/// <param name="length">Bytes that it has.</param>
/// <param name="sha256">Its SHA-256 in lower-case hexadecimal.</param>
/// <param name="time">The clock for pauses and for noticing a stalled transfer.</param>
/// <param name="tell">Told how it goes.</param>
internal sealed class Download(
    Uri url, string path, long length, string sha256, TimeProvider time, Action<PrepareEvent> tell)
{
    /// <summary>Tries in a row that may bring nothing new.</summary>
    public const int FruitlessTries = 5;

    /// <summary>A transfer from which nothing comes for so long is given up, and tried again.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);
    private readonly string _part = $"{path}.part";
    private readonly string _version = $"{path}.part.version"; // The server's mark for the file that the part is of.

    /// <summary>
    /// Fetches what is missing. Throws <see cref="BadInputException"/> when it cannot be had, or is not the file it
    /// should be.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sbnn", null));
        var (fruitless, furthest) = (0, Received);
        var fetching = RetryPipeline.Create<string?>(
            time,
            _ => TimeSpan.FromSeconds(1 << Math.Max(0, fruitless - 1)),
            tried =>
            {
                if (tried.Result is null) return false;

                // Bytes that come again after a start from the beginning are nothing new.
                (fruitless, furthest) = Received > furthest ? (0, Received) : (fruitless + 1, furthest);
                return fruitless < FruitlessTries;
            },
            tried => tell(new FetchInterrupted($"{url}: {tried.Outcome.Result}", tried.RetryDelay.TotalSeconds)));
        if (await fetching.ExecuteAsync(async _ => await TryFetchRestAsync(http, stop), stop) is { } problem)
            throw new BadInputException($"{url}: {problem} ({FruitlessTries} tries in a row that brought nothing)");

        tell(new ArchiveFetched(url.AbsoluteUri, length, length));
        await AcceptAsync(stop);
    }

    private long Received => File.Exists(_part) ? new FileInfo(_part).Length : 0;

    /// <summary>Null when all of it is there; else why not, if another try may help.</summary>
    private async Task<string?> TryFetchRestAsync(HttpClient http, CancellationToken stop)
    {
        if (Received > length) Forget();
        if (Received == length) return null;
        using var stalled = new CancellationTokenSource(StallLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, stop);
        try
        {
            using var request = RequestRest();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (WhyNotUsable(response) is { } problem) return problem;
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            using var part = OpenPart(response);
            var (buffer, told) = (new byte[1 << 17], time.GetTimestamp());
            tell(new ArchiveFetched(url.AbsoluteUri, part.Length, length));
            while (true)
            {
                stalled.CancelAfter(StallLimit);
                var read = await body.ReadAsync(buffer, either.Token);
                if (read == 0)
                    return part.Length == length ? null : $"the connection ended at byte {part.Length} of {length}";
                Append(part, buffer.AsSpan(0, read));
                if (time.GetElapsedTime(told) < BetweenReports) continue;
                told = time.GetTimestamp();
                tell(new ArchiveFetched(url.AbsoluteUri, part.Length, length));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"nothing came for {StallLimit.TotalSeconds} seconds";
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return error.GetBaseException().Message;
        }
    }

    private HttpRequestMessage RequestRest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (Received == 0) return request;
        request.Headers.Range = new RangeHeaderValue(Received, null);

        // A server that has another version by now sends it from the start. Where it gave no mark, the digest will
        // tell.
        if (File.Exists(_version) && RangeConditionHeaderValue.TryParse(File.ReadAllText(_version), out var version))
            request.Headers.IfRange = version;
        return request;
    }

    private string? WhyNotUsable(HttpResponseMessage response)
    {
        var status = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when range?.From == Received:
                return Demand(range.Length);
            case HttpStatusCode.OK:
                return Demand(response.Content.Headers.ContentLength);
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                Forget();
                return $"{status} to a request for the bytes after {range?.From ?? Received}; it starts again";
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests:
                return status;
            default:
                throw new BadInputException($"{url}: {status}");
        }
    }

    private string? Demand(long? announced) => announced is null || announced == length
        ? null
        : throw new BadInputException(
            $"{url}: the server offers a file of {announced} bytes; the published one has {length}, so this is another "
                + "(or a page of a proxy)");

    private FileStream OpenPart(HttpResponseMessage response)
    {
        var goesOn = response.StatusCode == HttpStatusCode.PartialContent;
        try
        {
            if (!goesOn && Version(response) is { } version) File.WriteAllText(_version, version);
            else if (!goesOn) File.Delete(_version);
            return new FileStream(_part, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read,
                bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{_part}: cannot be written: {error.Message}", error);
        }
    }

    private static string? Version(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : response.Content.Headers.LastModified
            ?.ToString("R");

    private void Append(FileStream part, ReadOnlySpan<byte> bytes)
    {
        if (part.Length + bytes.Length > length)
        {
            Forget();
            throw new BadInputException(
                $"{url}: more bytes came than the {length} of the published file, so this is another");
        }

        try
        {
            part.Write(bytes);
        }
        catch (IOException error)
        {
            throw new BadInputException($"{_part}: cannot be written: {error.Message}; what has come is kept", error);
        }
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        await using (var part = new FileStream(_part, FileMode.Open, FileAccess.ReadWrite))
        {
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, stop));
            if (digest != sha256)
            {
                Forget(); // Going on from wrong bytes could never end well.
                throw new BadInputException(
                    $"{url}: what was fetched has the SHA-256 {digest}, but the published file has {sha256}; it was "
                        + "deleted: try again, or from another place");
            }

            part.Flush(flushToDisk: true);
        }

        File.Move(_part, path, overwrite: true);
        File.Delete(_version);
    }

    private void Forget()
    {
        File.Delete(_part);
        File.Delete(_version);
    }
}
