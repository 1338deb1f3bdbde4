using System.Net;
using System.Net.Http.Headers;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// Fetches a file from the head into a part file, and resumes after a break, also one that an earlier process left. The
/// caller verifies what has come, and holds a lock: one process at a time.
/// </summary>
/// <param name="head">Sends to the head, as the node.</param>
/// <param name="path">The file's path in the head's API.</param>
/// <param name="part">Where to keep what has come.</param>
/// <param name="time">The clock of pauses and of transfers that stand still.</param>
internal sealed class HeadFile(HttpClient head, string path, string part, TimeProvider time)
{
    /// <summary>Tries in a row that may bring nothing new.</summary>
    public const int FruitlessTries = 4;

    /// <summary>A transfer from which nothing comes for so long is given up, and tried again.</summary>
    public static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private long Received => File.Exists(part) ? new FileInfo(part).Length : 0;

    /// <summary>Fetches what is missing.</summary>
    /// <exception cref="FilesUnavailableException">The head lacks the file, or does not send it, or there is no
    /// room.</exception>
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
                return fruitless < FruitlessTries;
            },
            static _ => { });
        if (await fetching.ExecuteAsync(async _ => await TryFetchRestAsync(stop), stop) is { } problem)
            throw new FilesUnavailableException($"{problem} ({FruitlessTries} tries in a row that brought nothing)");
    }

    /// <summary>Null when all of it is there; else why not, if another try may help.</summary>
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
            return $"nothing came from the head for {StallLimit.TotalSeconds} s";
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
            case HttpStatusCode.RequestedRangeNotSatisfiable when range?.Length == Received: // All of it is here.
                return null;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                File.Delete(part);
                return "the head sent another part of the file than was asked for; it starts again";
            case HttpStatusCode.NotFound:
                throw new FilesUnavailableException("the head has it not");
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
                ? "the disk is full; make room, what has come is kept"
                : $"cannot be written: {error.Message}";
            throw new FilesUnavailableException($"{part}: {what}", error);
        }
    }
}
