using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's binary layer, the baseline of Table 3: w_q = β·sgn(w), where β is the mean of |w| over each output
/// channel and has no gradient. A binary weight is a one when w &gt; 0.
/// </summary>
public sealed class ReActConv2d : ChannelScaledConv2d
{
    /// <param name="shape">The layer's sizes.</param>
    public ReActConv2d(BinaryLayerShape shape)
        : base(shape, nameof(ReActConv2d)) => RegisterComponents();

    /// <inheritdoc/>
    public override Tensor EffectiveWeights() => SignFunction.Apply(Weight, Surrogate).mul(ChannelScale());
}
