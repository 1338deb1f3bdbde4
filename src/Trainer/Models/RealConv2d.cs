using Sbnn.Sweeps.Core.Trials;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A full-precision convolution without bias and with padding of half a kernel (see <see cref="Convolution"/>).
/// </summary>
public sealed class RealConv2d : nn.Module<Tensor, Tensor>, IConvolution
{
    private readonly int _stride;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    /// <param name="inChannels">The number of input channels.</param>
    /// <param name="outChannels">The number of output channels.</param>
    /// <param name="kernel">The kernel's side, an odd number.</param>
    /// <param name="stride">The stride in both directions, 1 or 2.</param>
    /// <param name="isDepthwise">
    /// True when each output channel depends on one input channel only. Both numbers of channels must then be equal,
    /// and the kernel 3.
    /// </param>
    public RealConv2d(int inChannels, int outChannels, int kernel, int stride, bool isDepthwise = false)
        : base(nameof(RealConv2d))
    {
        _stride = stride;
        _weight = new Parameter(ChannelsLast.Zeros(outChannels, isDepthwise ? 1 : inChannels, kernel, kernel));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public PrecisionKind Precision { get; set; }

    /// <summary>The weights: [out, in, k, k], or [in, 1, k, k] if depthwise, channels last in memory.</summary>
    public Parameter Weight => _weight;

    /// <summary>
    /// x: [batch, in, h, w]. Returns [batch, out, ⌈h/stride⌉, ⌈w/stride⌉], of the weights' type in every precision.
    /// </summary>
    public override Tensor forward(Tensor input) => Convolve(input).to(_weight.dtype);

    /// <summary>Like <see cref="forward"/>, but the result has the type of the precision.</summary>
    internal Tensor Convolve(Tensor input)
    {
        var type = Convolution.TypeOf(this, _weight);
        return Convolution.Apply(input.to(type), _weight.to(type), _stride);
    }
}
