namespace Sbnn.Sweeps.Silo;

/// <summary>How a node sends checkpoints to the head.</summary>
/// <param name="Every">The least time between two of a trial; one is sent anyway when its trainer has left without a
/// result.</param>
/// <param name="BytesPerSecond">Bytes a second at most; null: without a limit.</param>
public readonly record struct UploadSettings(TimeSpan Every, long? BytesPerSecond);
