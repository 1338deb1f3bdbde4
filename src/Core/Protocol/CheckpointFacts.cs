using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>The contents of a checkpoint's header that a node needs.</summary>
/// <param name="Trial">The key of the trial.</param>
/// <param name="DataDigest">The digest of the images on which the trial was trained.</param>
/// <param name="DeviceClass">
/// The device class on which the trial was trained. Resuming on another class changes the result.
/// </param>
/// <param name="Epoch">The number of finished epochs.</param>
/// <param name="Step">The number of steps already done in the unfinished epoch.</param>
public sealed record CheckpointFacts(TrialKey Trial, string DataDigest, string DeviceClass, int Epoch, int Step);
