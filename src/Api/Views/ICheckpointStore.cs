using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Takes checkpoints from nodes in parts, verifies them, and gives them to other nodes.</summary>
public interface ICheckpointStore : IStoredCheckpoints
{
    /// <summary>How much of an upload is here; all of it when the checkpoint is held already.</summary>
    long OffsetOf(CheckpointUpload upload);

    /// <summary>Why an upload is not taken, before anything of it is written; null when it is.</summary>
    UploadRefusal? FindRefusal(CheckpointUpload upload);

    /// <summary>Adds bytes, and takes the checkpoint when they are the last ones.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">Where the bytes belong.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="dataDigest">The digest of the trial's images, which the checkpoint must have.</param>
    UploadOutcome Append(CheckpointUpload upload, long offset, ReadOnlyMemory<byte> bytes, string? dataDigest);

    /// <summary>The file of the checkpoint that is held of a trial; null when there is none of that attempt.</summary>
    string? FindFile(AttemptId attempt);
}

/// <summary>A checkpoint that a node declares.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hex digits.</param>
/// <param name="Bytes">Its length.</param>
public sealed record CheckpointUpload(NodeName Node, AttemptId Attempt, string Sha256, long Bytes);

/// <summary>Why an upload is not taken.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="IsRoom">True when there is no room for it now; false when it is too large, whenever it comes.</param>
public sealed record UploadRefusal(string Reason, bool IsRoom);

/// <summary>What became of bytes.</summary>
/// <param name="Offset">How much is here.</param>
/// <param name="Fault">Why the file is not a checkpoint of the trial, so that its part is deleted; null: it is one, or
/// not all here.</param>
public sealed record UploadOutcome(long Offset, string? Fault = null);
