using System.Collections.Concurrent;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// A node's prepared images. Missing images are fetched from the head, one fetch per digest at a time, and verified
/// before they get their final name. Images that are not available are not requested again for a while, during which
/// the head assigns their trials to other nodes.
/// </summary>
/// <param name="head">The HTTP client that sends requests to the head as this node.</param>
/// <param name="prepared">The node's prepared images.</param>
/// <param name="time">The clock.</param>
public sealed class ImageStore(HttpClient head, PreparedFolder prepared, TimeProvider time)
{
    /// <summary>How long the node waits before it requests unavailable images again.</summary>
    public static readonly TimeSpan BetweenTries = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (long At, string Reason)> _lacked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Digests of images that were not available recently.</summary>
    public IReadOnlyList<string> Lacked =>
        [.. _lacked.Where(lacked => IsRecent(lacked) && !Has(lacked.Key)).Select(static lacked => lacked.Key)
            .Order(StringComparer.Ordinal)];

    /// <summary>Returns once the images of a digest are on this machine.</summary>
    /// <exception cref="FilesUnavailableException">The images are not available now.</exception>
    public async Task EnsureAsync(string digest, CancellationToken cancellation)
    {
        if (!PreparedFolder.IsDigest(digest))
            throw new FilesUnavailableException($"'{digest}' is not a digest (allowed: 64 lower-case hex digits)");
        var turn = _turns.GetOrAdd(digest, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellation);
        try
        {
            if (Has(digest)) return;
            if (_lacked.TryGetValue(digest, out var last) && IsRecent(new(digest, last)))
                throw new FilesUnavailableException(last.Reason);
            await FetchAsync(digest, cancellation);
            _lacked.TryRemove(digest, out _);
        }
        catch (FilesUnavailableException why)
        {
            _lacked.TryAdd(digest, (time.GetTimestamp(), why.Message));
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    // Removes the entry once another try is due.
    private bool IsRecent(KeyValuePair<string, (long At, string Reason)> lacked)
    {
        if (time.GetElapsedTime(lacked.Value.At) < BetweenTries) return true;
        _lacked.TryRemove(lacked);
        return false;
    }

    // Existence is enough, because the trainer checks the bytes of a file that has not been verified.
    private bool Has(string digest)
    {
        if (prepared.Find(digest) is null) return false;
        _lacked.TryRemove(digest, out _);
        return true;
    }

    private async Task FetchAsync(string digest, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(prepared.Path);
            var (path, part) = (prepared.PathOf(digest), $"{prepared.PathOf(digest)}.part");

            // Another node on this machine may share the folder.
            using var held = await FileLock.WaitAsync($"{path}.lock", static () => { }, time, cancellation);
            if (Has(digest)) return;
            await new HeadFile(head, $"api/v1/images/{digest}", part, time).FetchAsync(cancellation);
            if (await FindFaultAsync(part, digest, cancellation) is { } fault)
            {
                File.Delete(part); // Resuming from wrong bytes could never succeed.
                throw new FilesUnavailableException($"{fault}; the received file was deleted");
            }

            using (var file = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(part, path, overwrite: true);
            DurableFile.SyncFolder(prepared.Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FilesUnavailableException(error.Message, error);
        }
    }

    private static async Task<string?> FindFaultAsync(string file, string digest, CancellationToken cancellation)
    {
        if (PreparedFolder.ReadDigest(file) is not { } said)
            return "the head sent a file that is not a file of prepared images";
        if (said != digest) return $"the head sent the images with the digest {said}";
        var found = await PreparedFolder.ComputeDigestAsync(file, cancellation);
        return found == digest ? null : $"the head sent images with the wrong digest {found}";
    }
}
