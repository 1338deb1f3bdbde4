namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The GPU that an attempt has a slot on.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Model">Its model.</param>
public sealed record AttemptGpu(string Uuid, string Model);
