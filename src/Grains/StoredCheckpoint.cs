using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>A trial's checkpoint that the head stores.</summary>
/// <param name="Attempt">The attempt that wrote it.</param>
/// <param name="Epoch">Epochs finished before the checkpoint.</param>
/// <param name="Step">Steps finished in the epoch after the finished ones.</param>
/// <param name="Sha256">SHA-256 of the file, in lower-case hex.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="DeviceClass">The device class that wrote the checkpoint: training resumes exactly only on this
/// class.</param>
[Immutable]
public sealed record StoredCheckpoint(int Attempt, int Epoch, int Step, string Sha256, long Bytes, string DeviceClass);

/// <summary>The checkpoints that the head stores: for each trial the newest one that it received.</summary>
public interface IStoredCheckpoints
{
    /// <summary>The checkpoint of a trial; null when the head has none.</summary>
    StoredCheckpoint? Find(TrialKey trial);

    /// <summary>
    /// Removes a trial's checkpoint, and any partly received one, because the trial's result is committed.
    /// </summary>
    void Remove(TrialKey trial);
}
