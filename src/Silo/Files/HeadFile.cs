using System.Net;
using System.Net.Http.Headers;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// Fetches a file from the head into a part file. It resumes an interrupted transfer, even one from an earlier process.
/// The caller verifies the received file, and holds a lock so that only one process fetches at a time.
/// </summary>
/// <param name="head">The HTTP client that sends requests to the head as this node.</param>
/// <param name="path">The file's path in the head's API.</param>
/// <param name="part">The path of the part file.</param>
/// <param name="time">The clock for pauses and stalled transfers.</param>
internal sealed class HeadFile(HttpClient head, string path, string part, TimeProvider time)
{
    /// <summary>The number of consecutive tries that may receive nothing new.</summary>
    public const int MaxTriesWithoutProgress = 4;

    /// <summary>A transfer that receives nothing for this long is aborted and tried again.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private long Received => File.Exists(part) ? new FileInfo(part).Length : 0;

    /// <summary>Fetches the part of the file that has not been received yet.</summary>
    /// <exception cref="FilesUnavailableException">The head does not have the file or does not send it, or the disk is
    /// full.</exception>
    public async Task FetchAsync(CancellationToken stop)
    {
        var (fruitless, furthest) = (0, Received);
        var fetching = RetryPipeline.Create<string?>(
            time,
            BetweenTries,
            tried =>
            {
                if (tried.Result is null) return false;
                (fruitless, furthest) = Received > furthest ? (0, Received) : (fruitless + 1, furthest);
                return fruitless < MaxTriesWithoutProgress;
            },
            static _ => { });
        if (await fetching.ExecuteAsync(async _ => await TryFetchRestAsync(stop), stop) is { } problem)
            throw new FilesUnavailableException(
                $"{problem} ({MaxTriesWithoutProgress} tries in a row received nothing)");
    }

    /// <summary>Returns null when the file is complete; otherwise the problem, if another try may help.</summary>
    private async Task<string?> TryFetchRestAsync(CancellationToken stop)
    {
        using var stalled = new CancellationTokenSource(StallLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, stop);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (Received > 0) request.Headers.Range = new RangeHeaderValue(Received, null);
            using var response = await head.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (WhyNotUsable(response, out var length) is { } problem) return problem;
            if (Received == length && response.StatusCode != HttpStatusCode.OK) return null;
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            await using var file = OpenPart(resumes: response.StatusCode == HttpStatusCode.PartialContent);
            var buffer = new byte[1 << 17];
            while (true)
            {
                stalled.CancelAfter(StallLimit);
                var read = await body.ReadAsync(buffer, either.Token);
                if (read == 0)
                    return file.Length == length ? null : $"the connection ended at byte {file.Length} of {length}";
                Append(file, buffer.AsSpan(0, read));
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return $"the head sent nothing for {StallLimit.TotalSeconds} s";
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return error.GetBaseException().Message;
        }
    }

    private string? WhyNotUsable(HttpResponseMessage response, out long? length)
    {
        var range = response.Content.Headers.ContentRange;
        length = range?.Length ?? response.Content.Headers.ContentLength;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
            case HttpStatusCode.PartialContent when range?.From == Received:
            case HttpStatusCode.RequestedRangeNotSatisfiable when range?.Length == Received: // The file is complete.
                return null;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                File.Delete(part);
                return "the head sent a different part of the file than requested; the transfer starts over";
            case HttpStatusCode.NotFound:
                throw new FilesUnavailableException("the head does not have the file");
            case >= HttpStatusCode.InternalServerError
                or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests:
                return $"the head answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
            default:
                throw new FilesUnavailableException(
                    $"the head answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
        }
    }

    private FileStream OpenPart(bool resumes)
    {
        try
        {
            return new FileStream(
                part, resumes ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException($"{part}: cannot be written: {error.Message}", error);
        }
    }

    private void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (IOException error)
        {
            var what = DurableFile.IsDiskFull(error)
                ? "the disk is full; make room (the received part is kept)"
                : $"cannot be written: {error.Message}";
            throw new FilesUnavailableException($"{part}: {what}", error);
        }
    }
}
