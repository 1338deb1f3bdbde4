using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Stores checkpoints that nodes upload in parts, verifies them, and serves them to other nodes.</summary>
public interface ICheckpointStore : IUploadStore, IStoredCheckpoints
{
    /// <summary>The stored checkpoint file of an attempt; null when the store does not have it.</summary>
    string? FindFile(AttemptId attempt);
}
