using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// Sends a node's checkpoints to the head, so that another node can resume a trial, fetches checkpoints from the head,
/// and sends the kept weights of finished trials. It sends one file at a time. Of the checkpoints it sends the newest.
/// After a failed upload, the next checkpoint is sent. A checkpoint that the head lacks costs only training time, and
/// only if this node is lost.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="head">The HTTP client that sends requests to the head as this node.</param>
/// <param name="settings">The interval and rate of uploads, and the shared folder, if there is one.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log; null: none.</param>
public sealed partial class FileUploader(
    NodeName node, HttpClient head, UploadSettings settings, TimeProvider time,
    ILogger<FileUploader>? logger = null) : IDisposable
{
    /// <summary>The default for the shortest time between two uploads of a trial's checkpoints.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(10);

    private const int PartBytes = 4 << 20;
    private readonly SemaphoreSlim _turn = new(1);

    // The shared folder has no limits of its own, because the head is asked first and applies its limits.
    private readonly CheckpointStore? _shared = settings.SharedFolder is { } folder
        ? new CheckpointStore(folder, new CheckpointLimits())
        : null;

    /// <summary>The shortest time between two uploads of a trial's checkpoints.</summary>
    public TimeSpan Every => settings.Every;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// Sends the newest checkpoint of an attempt once earlier uploads of this node have ended. Returns true when the
    /// head has the checkpoint, or the attempt has none.
    /// </summary>
    public async Task<bool> SendNewestAsync(AttemptId attempt, AttemptFolder folder, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (folder.Checkpoints() is not [var newest, ..]) return true;
            return await SendAsync(attempt, UploadedFile.Checkpoint, newest, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            if (logger is not null) LogNotSent(logger, UploadedFile.Checkpoint, attempt, error.Message);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Sends the kept weights of a finished attempt once earlier uploads of this node have ended. Returns false when
    /// the head cannot be reached, so that another call may succeed; true when the head has the weights or rejects
    /// them.
    /// </summary>
    public async Task<bool> SendWeightsAsync(
        AttemptId attempt, AttemptFolder folder, KeptWeights weights, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (weights.Best is not null)
                await SendAsync(attempt, UploadedFile.BestWeights, folder.BestWeights, cancellation);
            await SendAsync(attempt, UploadedFile.LastWeights, folder.LastWeights, cancellation);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (logger is not null) LogNotSent(logger, UploadedFile.LastWeights, attempt, error.Message);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Fetches the checkpoint that the head stores, verifies it, and places it in the folder of the attempt that wrote
    /// it.
    /// </summary>
    /// <exception cref="FilesUnavailableException">The checkpoint is not available.</exception>
    public async Task FetchAsync(
        TrialKey trial, StoredCheckpoint held, string trialsRoot, CancellationToken cancellation)
    {
        var folder = AttemptFolder.Of(trialsRoot, trial, held.Attempt);
        Directory.CreateDirectory(folder.Path);
        var (path, part) = (folder.Checkpoint(held.Epoch, held.Step), Path.Combine(folder.Path, "checkpoint.part"));
        File.Delete(part); // The part file may belong to another checkpoint.
        try
        {
            var writer = new AttemptId(trial, held.Attempt);
            if (_shared?.FindFile(writer) is { } shared) File.Copy(shared, part);
            else await new HeadFile(head, PathOf(writer, UploadedFile.Checkpoint), part, time).FetchAsync(cancellation);
            await using (var file = File.OpenRead(part))
            {
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)) is var found
                    && found != held.Sha256)
                {
                    throw new FilesUnavailableException(
                        $"the received checkpoint has the SHA-256 {found} instead of {held.Sha256}");
                }
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task<bool> SendAsync(
        AttemptId attempt, UploadedFile kind, string path, CancellationToken cancellation)
    {
        var file = await File.ReadAllBytesAsync(path, cancellation);
        var upload = new FileUpload(node, attempt, kind, Convert.ToHexStringLower(SHA256.HashData(file)), file.Length);
        using (var asked = await SendRequestAsync(HttpMethod.Head, upload, null, default, cancellation))
        {
            if (!asked.IsSuccessStatusCode) return Refused(upload, asked);
            if (OffsetOf(asked) is not { } start) return false;
            if (_shared is not null && kind == UploadedFile.Checkpoint && start < file.Length)
            {
                Share(_shared, upload, file, CheckpointFile.FindFacts(path, out _)?.DataDigest);
                return await IsReceivedAsync(upload, cancellation);
            }

            for (var offset = start; offset < file.Length;)
            {
                var began = time.GetTimestamp();
                var part = file.AsMemory((int)offset, (int)Math.Min(PartBytes, file.Length - offset));
                using var sent = await SendRequestAsync(HttpMethod.Patch, upload, offset, part, cancellation);
                if (!sent.IsSuccessStatusCode && sent.StatusCode != HttpStatusCode.PreconditionFailed)
                    return Refused(upload, sent);
                if (OffsetOf(sent) is not { } next || next == offset) return false;
                offset = next;
                if (settings.BytesPerSecond is not { } limit) continue;
                var rest = TimeSpan.FromSeconds((double)part.Length / limit) - time.GetElapsedTime(began);
                if (rest > TimeSpan.Zero) await Task.Delay(rest, time, cancellation);
            }
        }

        return true;
    }

    private static void Share(CheckpointStore shared, FileUpload upload, byte[] file, string? dataDigest)
    {
        var here = shared.OffsetOf(upload);
        if (here < file.Length && shared.Append(upload, here, file.AsMemory((int)here), dataDigest).Fault is { } fault)
            throw new IOException(fault);
    }

    // Asks the head whether it has the checkpoint: a head that stores checkpoints in another folder does not see the
    // shared folder.
    private async Task<bool> IsReceivedAsync(FileUpload upload, CancellationToken cancellation)
    {
        using var asked = await SendRequestAsync(HttpMethod.Head, upload, null, default, cancellation);
        if (!asked.IsSuccessStatusCode) return Refused(upload, asked);
        if (OffsetOf(asked) == upload.Bytes) return true;
        if (logger is not null) LogNotSeen(logger, upload.Attempt, settings.SharedFolder!);
        return false;
    }

    private async Task<HttpResponseMessage> SendRequestAsync(
        HttpMethod method, FileUpload upload, long? offset, ReadOnlyMemory<byte> part, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, PathOf(upload.Attempt, upload.File));
        request.Headers.Add("Upload-Digest", upload.Sha256);
        request.Headers.Add("Upload-Length", upload.Bytes.ToString(CultureInfo.InvariantCulture));
        if (offset is { } at)
        {
            request.Headers.Add("Upload-Offset", at.ToString(CultureInfo.InvariantCulture));
            request.Content = new ReadOnlyMemoryContent(part);
        }

        return await head.SendAsync(request, cancellation);
    }

    private static string PathOf(AttemptId attempt, UploadedFile file) => string.Create(
        CultureInfo.InvariantCulture,
        $"api/v1/trials/{attempt.Trial.Hex}/attempts/{attempt.Attempt}/{EnumWords.Of(file)}");

    private static long? OffsetOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Upload-Offset", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : null;

    private bool Refused(FileUpload upload, HttpResponseMessage answer)
    {
        if (logger is not null)
        {
            LogNotSent(logger, upload.File, upload.Attempt,
                $"the head answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }

        return false;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The checkpoint of attempt {Attempt} is in {Folder}, but the head does not find it there; start the head with "
            + "--checkpoints and the same folder")]
    private static partial void LogNotSeen(ILogger logger, AttemptId attempt, string folder);

    [LoggerMessage(LogLevel.Warning, "The file {File} of attempt {Attempt} was not sent to the head: {Reason}")]
    private static partial void LogNotSent(ILogger logger, UploadedFile file, AttemptId attempt, string reason);
}
