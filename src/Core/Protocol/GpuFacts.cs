namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What a node knows of the GPU that it gives a trainer. The trainer's device class names it.</summary>
/// <param name="Uuid">The driver's name of this one GPU, or MIG device: "GPU-…", "MIG-…".</param>
/// <param name="Name">The model: "NVIDIA H100 80GB HBM3".</param>
/// <param name="ComputeCapability">The compute capability: "9.0".</param>
/// <param name="Driver">The driver's version: "570.86.15".</param>
public sealed record GpuFacts(string Uuid, string Name, string ComputeCapability, string Driver);
