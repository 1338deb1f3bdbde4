using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What a checkpoint's header states.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="DataDigest">The digest of the images on which it was trained.</param>
/// <param name="DeviceClass">The device class on which it was trained; only there does it resume exactly.</param>
/// <param name="Epoch">Finished epochs.</param>
/// <param name="Step">Steps done in the next epoch.</param>
public sealed record CheckpointFacts(TrialKey Trial, string DataDigest, string DeviceClass, int Epoch, int Step);
