using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// XNOR-Net's binary layer: w_q = α·sgn(w), where α is the mean of |w| over each output channel. Before each training
/// step the real weights lose their mean over the input channels at each position of the kernel, and are then clamped
/// to ±1. A binary weight is a one when w &gt; 0.
/// </summary>
public sealed class XnorConv2d : ChannelScaledConv2d
{
    /// <param name="shape">The layer's sizes.</param>
    public XnorConv2d(BinaryLayerShape shape)
        : base(shape, nameof(XnorConv2d)) => RegisterComponents();

    /// <inheritdoc/>
    public override Tensor EffectiveWeights() =>
        XnorWeight.Apply(Weight, ChannelScale(), Surrogate.AtZero);

    /// <inheritdoc/>
    internal override void OnStepStarted()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Weight.sub_(Weight.mean([1], keepdim: true)).Bound_(1);
    }
}
