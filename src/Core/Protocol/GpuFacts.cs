namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The properties of the GPU that a node assigns to a trainer. The trainer's device class contains them, except the id.
/// </summary>
/// <param name="Uuid">The driver's id of this GPU or MIG device: "GPU-…", "MIG-…".</param>
/// <param name="Name">The model: "NVIDIA H100 80GB HBM3".</param>
/// <param name="ComputeCapability">The compute capability: "9.0".</param>
/// <param name="Driver">The driver's version: "570.86.15".</param>
public sealed record GpuFacts(string Uuid, string Name, string ComputeCapability, string Driver);
