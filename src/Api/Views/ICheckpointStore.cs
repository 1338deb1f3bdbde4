using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Stores checkpoints that nodes upload in parts, verifies them, and serves them to other nodes.</summary>
public interface ICheckpointStore : IStoredCheckpoints
{
    /// <summary>
    /// The number of stored bytes of an upload; the file's length when the checkpoint is already complete.
    /// </summary>
    long OffsetOf(CheckpointUpload upload);

    /// <summary>Why an upload is rejected before any byte is written; null when the upload is accepted.</summary>
    UploadRefusal? FindRefusal(CheckpointUpload upload);

    /// <summary>Appends bytes, and verifies the checkpoint when they are the last ones.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">The position of the bytes in the file.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="dataDigest">The digest of the trial's images, which the checkpoint must contain.</param>
    UploadOutcome Append(CheckpointUpload upload, long offset, ReadOnlyMemory<byte> bytes, string? dataDigest);

    /// <summary>The stored checkpoint file of an attempt; null when the store does not have it.</summary>
    string? FindFile(AttemptId attempt);
}

/// <summary>A checkpoint that a node announces.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attempt">The attempt that wrote the checkpoint.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hex digits.</param>
/// <param name="Bytes">The file's length.</param>
public sealed record CheckpointUpload(NodeName Node, AttemptId Attempt, string Sha256, long Bytes);

/// <summary>Why an upload is rejected.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="IsOutOfSpace">True when the store has no space now; false when the file exceeds the limit for one
/// file.</param>
public sealed record UploadRefusal(string Reason, bool IsOutOfSpace);

/// <summary>The outcome of appending bytes.</summary>
/// <param name="Offset">The number of stored bytes.</param>
/// <param name="Fault">Why the file was deleted: it is not a checkpoint of the trial. Null when the file is valid or
/// incomplete.</param>
public sealed record UploadOutcome(long Offset, string? Fault = null);
