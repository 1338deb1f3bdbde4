using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Bi-Real-Net's binary layer, which ReActNet uses on ImageNet, too: w_q = β·sgn(w), where β is the mean of |w| over
/// each output channel. β has no gradient and, unlike in <see cref="ReActConv2d"/>, does not scale that of w. A binary
/// weight is a one when w &gt; 0.
/// </summary>
public sealed class BiRealConv2d : ChannelScaledConv2d
{
    /// <param name="shape">The layer's sizes.</param>
    public BiRealConv2d(BinaryLayerShape shape)
        : base(shape, nameof(BiRealConv2d)) => RegisterComponents();

    /// <inheritdoc/>
    public override Tensor EffectiveWeights() =>
        SignFunction.Apply(Weight, Surrogate, ChannelScale());
}
