namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The sizes of a binary convolution (no bias, padding of half a kernel).</summary>
/// <param name="InChannels">Input channels.</param>
/// <param name="OutChannels">Output channels, which is the number of filters.</param>
/// <param name="Kernel">The square kernel's side, 3 or 1.</param>
/// <param name="Stride">1 or 2, in both directions.</param>
/// <param name="OutputHeight">Rows of the output.</param>
/// <param name="OutputWidth">Columns of the output.</param>
public sealed record BinaryLayerShape(
    int InChannels, int OutChannels, int Kernel, int Stride, int OutputHeight, int OutputWidth)
{
    /// <summary>Zeros on each side: half a kernel.</summary>
    public int Padding => Kernel / 2;

    /// <summary>N: the layer's number of binary weights.</summary>
    public long Weights => Kernels * Kernel * Kernel;

    /// <summary>Kernels: one per pair of input and output channels.</summary>
    public long Kernels => (long)OutChannels * InChannels;

    /// <summary>Binary operations when dense: one per weight and output position.</summary>
    public long DenseBops => Weights * OutputHeight * OutputWidth;
}
