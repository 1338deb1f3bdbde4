namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The sizes of a full-precision convolution, or of a linear layer (kernel 1, one output position).</summary>
/// <param name="InChannels">The number of input channels or features.</param>
/// <param name="OutChannels">The number of output channels or features.</param>
/// <param name="Kernel">The square kernel's side.</param>
/// <param name="Stride">The stride in both directions.</param>
/// <param name="OutputHeight">The number of rows of the output.</param>
/// <param name="OutputWidth">The number of columns of the output.</param>
/// <param name="Groups">
/// The number of groups into which the channels are divided; as many as channels for a depthwise convolution.
/// </param>
public sealed record RealLayerShape(
    int InChannels, int OutChannels, int Kernel, int Stride, int OutputHeight, int OutputWidth, int Groups = 1)
{
    /// <summary>A linear layer.</summary>
    public static RealLayerShape Linear(int inFeatures, int outFeatures) => new(inFeatures, outFeatures, 1, 1, 1, 1);

    /// <summary>The number of weights, biases not counted.</summary>
    public long Weights => (long)OutChannels * (InChannels / Groups) * Kernel * Kernel;

    /// <summary>Multiply-accumulates for one image, biases not counted.</summary>
    public long Macs => Weights * OutputHeight * OutputWidth;
}
