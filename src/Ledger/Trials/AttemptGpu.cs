namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The GPU of an attempt's slot.</summary>
/// <param name="Uuid">The GPU's UUID.</param>
/// <param name="Model">The GPU's model.</param>
public sealed record AttemptGpu(string Uuid, string Model);
