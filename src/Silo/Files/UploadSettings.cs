namespace Sbnn.Sweeps.Silo.Files;

/// <summary>How a node sends checkpoints to the head.</summary>
/// <param name="Every">The shortest time between two uploads of a trial's checkpoints. When a trainer exits without a
/// result, its newest checkpoint is always uploaded.</param>
/// <param name="BytesPerSecond">The maximum rate in bytes per second; null: no limit.</param>
/// <param name="SharedFolder">The folder that this node shares with the head for checkpoints; null: checkpoints go over
/// the network.</param>
public readonly record struct UploadSettings(TimeSpan Every, long? BytesPerSecond, string? SharedFolder = null);
