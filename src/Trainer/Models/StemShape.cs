namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>The stem of a <see cref="ReActNet"/>: a real convolution and bn, and perhaps a max-pool.</summary>
/// <param name="Kernel">The kernel's side: 3 or 7.</param>
/// <param name="Stride">The convolution's stride: 1 or 2.</param>
/// <param name="HasMaxPool">True when a 3×3 max-pool with stride 2 follows.</param>
public readonly record struct StemShape(int Kernel, int Stride, bool HasMaxPool);
