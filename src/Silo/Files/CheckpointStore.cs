using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Files;

/// <summary>
/// The checkpoints that nodes have sent, in the head's home or in a folder that nodes share with the head. A trial has
/// <c>&lt;key&gt;.sbnn</c> and <c>&lt;key&gt;.json</c>; an upload in progress has
/// <c>&lt;key&gt;-&lt;attempt&gt;-&lt;SHA-256&gt;.part</c>. For each trial the store keeps only the newest checkpoint
/// and the newest upload. No part of a file name is chosen by a node.
/// </summary>
/// <param name="folder">The folder of the checkpoints.</param>
/// <param name="limits">The limits on the stored checkpoints.</param>
public sealed class CheckpointStore(string folder, CheckpointLimits limits) : ICheckpointStore
{
    // All files of a trial share one lock. There are many locks, so that hashing one checkpoint delays few others.
    private readonly Lock[] _gates = [.. Enumerable.Range(0, 64).Select(static _ => new Lock())];

    // The node that sent each trial's files. After a restart of the head only the nodes that send again are known.
    private readonly ConcurrentDictionary<TrialKey, NodeName> _senders = [];

    /// <inheritdoc/>
    public StoredCheckpoint? Find(TrialKey trial)
    {
        lock (GateOf(trial))
        {
            try
            {
                return File.Exists(FileOf(trial)) && File.Exists(RecordOf(trial))
                    ? DurableFile.ReadJson<StoredCheckpoint>(RecordOf(trial))
                    : null;
            }
            catch (Exception error) when (error is BadInputException or IOException)
            {
                // A damaged record counts as missing: the trial resumes from another checkpoint, or starts over.
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public string? FindFile(AttemptId attempt) =>
        Find(attempt.Trial)?.Attempt == attempt.Attempt ? FileOf(attempt.Trial) : null;

    /// <inheritdoc/>
    public void Remove(TrialKey trial)
    {
        lock (GateOf(trial))
        {
            if (!Directory.Exists(folder)) return;
            foreach (var file in Directory.EnumerateFiles(folder, $"{trial.Hex}*").ToList()) File.Delete(file);
            _senders.TryRemove(trial, out _);
        }
    }

    /// <inheritdoc/>
    public long OffsetOf(FileUpload upload)
    {
        // The head already has the whole checkpoint, possibly from an earlier attempt.
        if (Find(upload.Attempt.Trial)?.Sha256 == upload.Sha256) return upload.Bytes;
        lock (GateOf(upload.Attempt.Trial)) return LengthOf(PartOf(upload));
    }

    /// <inheritdoc/>
    public UploadRefusal? FindRefusal(FileUpload upload)
    {
        if (upload.Bytes > limits.File)
        {
            return new UploadRefusal(
                $"a checkpoint of {upload.Bytes} bytes is too large (allowed: {limits.File})", IsOutOfSpace: false);
        }

        var others = !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder)
            .Where(file => file != PartOf(upload))
            .Select(static file => (Name: Path.GetFileName(file), Length: LengthOf(file)))
            .Select(static file => (Trial: new TrialKey(file.Name[..Math.Min(64, file.Name.Length)]), file.Length))
            .ToList();
        var ofNode = others.Where(file => _senders.GetValueOrDefault(file.Trial) == upload.Node)
            .Sum(static file => file.Length);
        if (ofNode + upload.Bytes > limits.Node)
        {
            return new UploadRefusal(
                $"node {upload.Node} already has {ofNode} bytes of checkpoints on the head (allowed: {limits.Node})",
                IsOutOfSpace: true);
        }

        var all = others.Sum(static file => file.Length);
        return all + upload.Bytes > limits.All
            ? new UploadRefusal($"the head already has {all} bytes of checkpoints (allowed: {limits.All})",
                IsOutOfSpace: true)
            : null;
    }

    /// <inheritdoc/>
    public UploadOutcome Append(FileUpload upload, long offset, ReadOnlyMemory<byte> bytes, string? dataDigest)
    {
        var (trial, part) = (upload.Attempt.Trial, PartOf(upload));
        lock (GateOf(trial))
        {
            Directory.CreateDirectory(folder);
            if (LengthOf(part) is var here && here != offset) return new UploadOutcome(here);

            // A newer checkpoint replaces uploads of older ones.
            foreach (var older in Directory.EnumerateFiles(folder, $"{trial.Hex}-*.part")
                .Where(file => file != part).ToList())
            {
                File.Delete(older);
            }

            _senders[trial] = upload.Node;
            using (var file = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                file.Write(bytes.Span);
                if (file.Length < upload.Bytes) return new UploadOutcome(file.Length);
                file.Flush(flushToDisk: true);
            }

            if (FindFault(upload, dataDigest, part, out var facts) is { } fault)
            {
                File.Delete(part);
                return new UploadOutcome(0, fault);
            }

            // The old record is deleted before the file is replaced, so that a crash in between does not leave the old
            // record beside the new file.
            File.Delete(RecordOf(trial));
            File.Move(part, FileOf(trial), overwrite: true);
            DurableFile.WriteJson(
                RecordOf(trial), new StoredCheckpoint(
                    upload.Attempt.Attempt, facts!.Epoch, facts.Step, upload.Sha256, upload.Bytes, facts.DeviceClass));
            return new UploadOutcome(upload.Bytes);
        }
    }

    private static string? FindFault(
        FileUpload upload, string? dataDigest, string part, out CheckpointFacts? facts)
    {
        facts = null;
        using (var file = File.OpenRead(part))
        {
            if (Convert.ToHexStringLower(SHA256.HashData(file)) is var found && found != upload.Sha256)
                return $"the received file has the SHA-256 {found}, but {upload.Sha256} was declared";
        }

        facts = CheckpointFile.FindFacts(part, out var whyNot);
        if (facts is null) return $"the received file is not a checkpoint: {whyNot}";
        if (facts.Trial != upload.Attempt.Trial) return $"the received file is a checkpoint of trial {facts.Trial}";
        return facts.DataDigest == dataDigest ? null
            : $"the received checkpoint was trained on the images {facts.DataDigest}";
    }

    private static long LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // The file does not exist, or was removed just now.
        }
    }

    private Lock GateOf(TrialKey trial) => _gates[(uint)trial.GetHashCode() % _gates.Length];

    private string FileOf(TrialKey trial) => Path.Combine(folder, $"{trial.Hex}.sbnn");

    private string RecordOf(TrialKey trial) => Path.Combine(folder, $"{trial.Hex}.json");

    private string PartOf(FileUpload upload) => Path.Combine(
        folder, string.Create(
            CultureInfo.InvariantCulture, $"{upload.Attempt.Trial.Hex}-{upload.Attempt.Attempt}-{upload.Sha256}.part"));
}

/// <summary>The limits on the checkpoints that the head stores, in bytes.</summary>
/// <param name="File">The limit of one checkpoint.</param>
/// <param name="Node">The limit of all checkpoints of one node.</param>
/// <param name="All">The limit of all checkpoints.</param>
public sealed record CheckpointLimits(long File = 2L << 30, long Node = 16L << 30, long All = 64L << 30)
{
    /// <summary>
    /// Creates limits: the given number of GiB for all checkpoints, and a quarter of that for each node.
    /// </summary>
    public static CheckpointLimits Of(int gibibytes) =>
        new(Node: (long)gibibytes << 28, All: (long)gibibytes << 30);
}
