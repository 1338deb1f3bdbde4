using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Stores files of attempts that nodes upload in parts, and verifies them.</summary>
public interface IUploadStore
{
    /// <summary>The number of stored bytes of an upload; the file's length when the file is complete.</summary>
    long OffsetOf(FileUpload upload);

    /// <summary>Why an upload is rejected before any byte is written; null when the upload is accepted.</summary>
    UploadRefusal? FindRefusal(FileUpload upload);

    /// <summary>Appends bytes, and verifies the file when they are the last ones.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="offset">The position of the bytes in the file.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="dataDigest">The digest of the trial's images, which a checkpoint must contain.</param>
    UploadOutcome Append(FileUpload upload, long offset, ReadOnlyMemory<byte> bytes, string? dataDigest);
}

/// <summary>The stores of a head for the files that nodes upload.</summary>
/// <param name="Checkpoints">The store of checkpoints.</param>
/// <param name="Weights">The store of kept weights.</param>
public sealed record UploadStores(ICheckpointStore Checkpoints, IUploadStore Weights)
{
    /// <summary>The store of a file.</summary>
    public IUploadStore Of(UploadedFile file) => file == UploadedFile.Checkpoint ? Checkpoints : Weights;
}

/// <summary>A file of an attempt that a node sends to the head.</summary>
public enum UploadedFile
{
    /// <summary>The newest checkpoint.</summary>
    Checkpoint,

    /// <summary>The kept weights after the best epoch.</summary>
    BestWeights,

    /// <summary>The kept weights after the last epoch.</summary>
    LastWeights,
}

/// <summary>A file that a node announces.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attempt">The attempt that wrote the file.</param>
/// <param name="File">Which of the attempt's files it is.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hex digits.</param>
/// <param name="Bytes">The file's length.</param>
public sealed record FileUpload(NodeName Node, AttemptId Attempt, UploadedFile File, string Sha256, long Bytes);

/// <summary>Why an upload is rejected.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="IsOutOfSpace">True when the store has no space now; false when the file exceeds the limit for one
/// file.</param>
public sealed record UploadRefusal(string Reason, bool IsOutOfSpace);

/// <summary>The outcome of appending bytes.</summary>
/// <param name="Offset">The number of stored bytes.</param>
/// <param name="Fault">Why the file was deleted: it is not a file of this kind and trial. Null when the file is valid
/// or incomplete.</param>
public sealed record UploadOutcome(long Offset, string? Fault = null);
