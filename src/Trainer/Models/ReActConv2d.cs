using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's binary layer, the baseline of Table 3: w_q = β·sgn(w), where β is the mean of |w| over each output
/// channel and has no gradient. A binary weight is a one when w &gt; 0.
/// </summary>
public sealed class ReActConv2d : BinaryConv2d
{
    /// <param name="shape">The layer's sizes.</param>
    public ReActConv2d(BinaryLayerShape shape)
        : base(shape, nameof(ReActConv2d)) => RegisterComponents();

    /// <inheritdoc/>
    public override (Tensor Tau, Tensor Phi) TauPhi() => (ChannelScale(Weight), zeros([], Weight.dtype, Weight.device));

    /// <inheritdoc/>
    public override Tensor EffectiveWeights() => SignFunction.Apply(Weight, Surrogate).mul(ChannelScale(Weight));

    /// <summary>Returns the mean of |w| over each output channel, without a gradient: [out, 1, 1, 1].</summary>
    internal static Tensor ChannelScale(Tensor weight)
    {
        using var _ = no_grad();
        return weight.abs().mean([1, 2, 3], keepdim: true);
    }
}
