using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Fetches a file whose length and digest are known. Received bytes stay in <c>*.part</c> until the file is complete
/// and its digest is checked, so a later try, even in another process, resumes after them. The caller holds a lock, so
/// only one process fetches the file at a time.
/// </summary>
/// <param name="url">The file's address.</param>
/// <param name="path">The path at which the fetched file is stored.</param>
/// <param name="length">The file's length in bytes.</param>
/// <param name="sha256">The file's SHA-256 in lower-case hexadecimal.</param>
/// <param name="time">The clock for pauses and for detecting a stalled transfer.</param>
/// <param name="report">Called with the progress.</param>
internal sealed class Download(
    Uri url, string path, long length, string sha256, TimeProvider time, Action<PrepareEvent> report)
{
    /// <summary>The number of consecutive tries without new bytes after which the download fails.</summary>
    public const int MaxTriesWithoutProgress = 5;

    /// <summary>The time without received bytes after which a transfer is stopped and retried.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);
    private readonly string _part = $"{path}.part";
    // The version (ETag or date) of the partially received file.
    private readonly string _version = $"{path}.part.version";

    /// <summary>
    /// Fetches the missing part. Throws <see cref="BadInputException"/> when the file cannot be fetched, or is not the
    /// expected file.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sbnn", null));
        var (triesWithoutProgress, furthest) = (0, Received);
        var fetching = RetryPipeline.Create<string?>(
            time,
            _ => TimeSpan.FromSeconds(1 << Math.Max(0, triesWithoutProgress - 1)),
            tried =>
            {
                if (tried.Result is null) return false;

                // Bytes that are received again after a restart from the beginning do not count as new.
                (triesWithoutProgress, furthest) = Received > furthest ? (0, Received)
                    : (triesWithoutProgress + 1, furthest);
                return triesWithoutProgress < MaxTriesWithoutProgress;
            },
            tried => report(new FetchInterrupted($"{url}: {tried.Outcome.Result}", tried.RetryDelay.TotalSeconds)));
        if (await fetching.ExecuteAsync(async _ => await TryFetchRestAsync(http, stop), stop) is { } problem)
            throw new BadInputException(
                $"{url}: {problem} ({MaxTriesWithoutProgress} tries in a row received no new bytes); try again later");

        report(new ArchiveFetched(url.AbsoluteUri, length, length));
        await VerifyAndMoveAsync(stop);
    }

    private long Received => File.Exists(_part) ? new FileInfo(_part).Length : 0;

    /// <summary>
    /// Fetches the missing bytes. Returns null when the file is complete; otherwise a problem for which another try may
    /// help. Throws for all other problems.
    /// </summary>
    private async Task<string?> TryFetchRestAsync(HttpClient http, CancellationToken stop)
    {
        if (Received > length) DeletePartialFile();
        if (Received == length) return null;
        using var stalled = new CancellationTokenSource(StallLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, stop);
        try
        {
            using var request = RequestRest();
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (FindProblem(response) is { } problem) return problem;
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            using var part = OpenPart(response);
            var (buffer, reportedAt) = (new byte[1 << 17], time.GetTimestamp());
            report(new ArchiveFetched(url.AbsoluteUri, part.Length, length));
            while (true)
            {
                stalled.CancelAfter(StallLimit);
                var read = await body.ReadAsync(buffer, either.Token);
                if (read == 0)
                    return part.Length == length ? null : $"the connection ended at byte {part.Length} of {length}";
                Append(part, buffer.AsSpan(0, read));
                if (time.GetElapsedTime(reportedAt) < BetweenReports) continue;
                reportedAt = time.GetTimestamp();
                report(new ArchiveFetched(url.AbsoluteUri, part.Length, length));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"nothing was received for {StallLimit.TotalSeconds} seconds";
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

        // With If-Range, a server that has another version of the file sends it from the start. If the server sent no
        // version, only the digest detects a change.
        if (File.Exists(_version) && RangeConditionHeaderValue.TryParse(File.ReadAllText(_version), out var version))
            request.Headers.IfRange = version;
        return request;
    }

    private string? FindProblem(HttpResponseMessage response)
    {
        var status = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when range?.From == Received:
                return CheckLength(range.Length);
            case HttpStatusCode.OK:
                return CheckLength(response.Content.Headers.ContentLength);
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                DeletePartialFile();
                return $"{status} to a request for the bytes after {range?.From ?? Received}; the download starts "
                    + "again from the beginning";
            case >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests:
                return status;
            default:
                throw new BadInputException($"{url}: {status}");
        }
    }

    private string? CheckLength(long? announced) => announced is null || announced == length
        ? null
        : throw new BadInputException(
            $"{url}: the server offers a file of {announced} bytes, but the published file has {length}; this is "
                + "another file, or an error page of a proxy; check the address");

    private FileStream OpenPart(HttpResponseMessage response)
    {
        var resumes = response.StatusCode == HttpStatusCode.PartialContent;
        try
        {
            if (!resumes && Version(response) is { } version) File.WriteAllText(_version, version);
            else if (!resumes) File.Delete(_version);
            return new FileStream(_part, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read,
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
            DeletePartialFile();
            throw new BadInputException(
                $"{url}: the server sent more than the {length} bytes of the published file, so its file is another "
                    + "one; check "
                    + "the address");
        }

        try
        {
            part.Write(bytes);
        }
        catch (IOException error)
        {
            throw new BadInputException(
                $"{_part}: cannot be written: {error.Message}; the received bytes are kept", error);
        }
    }

    private async Task VerifyAndMoveAsync(CancellationToken stop)
    {
        await using (var part = new FileStream(_part, FileMode.Open, FileAccess.ReadWrite))
        {
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(part, stop));
            if (digest != sha256)
            {
                DeletePartialFile(); // Resuming after wrong bytes could never succeed.
                throw new BadInputException(
                    $"{url}: the fetched file has the SHA-256 {digest}, but the published file has {sha256}; it "
                        + "was deleted, so try again, or use another address");
            }

            part.Flush(flushToDisk: true);
        }

        File.Move(_part, path, overwrite: true);
        File.Delete(_version);
    }

    private void DeletePartialFile()
    {
        File.Delete(_part);
        File.Delete(_version);
    }
}
