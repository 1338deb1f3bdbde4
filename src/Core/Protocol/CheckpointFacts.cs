using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What a checkpoint's header says of it.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="DataDigest">The digest of the images on which it was trained.</param>
/// <param name="DeviceClass">Where: only there does it resume exactly.</param>
/// <param name="Epoch">Epochs that it has finished.</param>
/// <param name="Step">Steps done in the epoch after those.</param>
public sealed record CheckpointFacts(TrialKey Trial, string DataDigest, string DeviceClass, int Epoch, int Step);
