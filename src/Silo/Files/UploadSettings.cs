namespace Sbnn.Sweeps.Silo.Files;

/// <summary>How a node sends checkpoints to the head.</summary>
/// <param name="Every">The least time between two of a trial; one is sent anyway when its trainer has left without a
/// result.</param>
/// <param name="BytesPerSecond">Bytes a second at most; null: without a limit.</param>
/// <param name="SharedFolder">The folder that this node shares with the head, which keeps checkpoints there: they are
/// written and read there; null: they go over the network.</param>
public readonly record struct UploadSettings(TimeSpan Every, long? BytesPerSecond, string? SharedFolder = null);
