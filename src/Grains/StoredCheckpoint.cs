using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>A checkpoint that the head holds of a trial.</summary>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Epoch">Epochs that it has finished.</param>
/// <param name="Step">Steps done in the epoch after those.</param>
/// <param name="Sha256">SHA-256 of the file, in lower-case hex.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="DeviceClass">Where it was trained: only there does it resume exactly.</param>
[Immutable]
public sealed record StoredCheckpoint(int Attempt, int Epoch, int Step, string Sha256, long Bytes, string DeviceClass);

/// <summary>The checkpoints that the head holds: one of a trial, the newest that came.</summary>
public interface IStoredCheckpoints
{
    /// <summary>The checkpoint of a trial; null when there is none.</summary>
    StoredCheckpoint? Find(TrialKey trial);

    /// <summary>Removes a trial's checkpoint, and what has come of another: its result is committed.</summary>
    void Remove(TrialKey trial);
}
