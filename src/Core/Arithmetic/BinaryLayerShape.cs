namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The sizes of a binary convolution (no bias, padding of half a kernel).</summary>
/// <param name="InChannels">The number of input channels.</param>
/// <param name="OutChannels">The number of output channels, which is the number of filters.</param>
/// <param name="Kernel">The square kernel's side, 3 or 1.</param>
/// <param name="Stride">The stride in both directions, 1 or 2.</param>
/// <param name="OutputHeight">The number of rows of the output.</param>
/// <param name="OutputWidth">The number of columns of the output.</param>
public sealed record BinaryLayerShape(
    int InChannels, int OutChannels, int Kernel, int Stride, int OutputHeight, int OutputWidth)
{
    /// <summary>The width of the zero padding on each side: half a kernel.</summary>
    public int Padding => Kernel / 2;

    /// <summary>N: the layer's number of binary weights.</summary>
    public long Weights => Kernels * Kernel * Kernel;

    /// <summary>The number of kernels: one per pair of input and output channels.</summary>
    public long Kernels => (long)OutChannels * InChannels;

    /// <summary>
    /// The binary operations of one image when no operation is saved: one per weight and output position.
    /// </summary>
    public long DenseBops => Weights * OutputHeight * OutputWidth;
}
