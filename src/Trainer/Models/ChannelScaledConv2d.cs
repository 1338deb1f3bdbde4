using Sbnn.Sweeps.Core.Arithmetic;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A binary layer whose τ is the mean of |w| over each output channel, without a gradient, and whose φ is 0.
/// </summary>
public abstract class ChannelScaledConv2d : BinaryConv2d
{
    private protected ChannelScaledConv2d(BinaryLayerShape shape, string name)
        : base(shape, name)
    {
    }

    /// <inheritdoc/>
    public override (Tensor Tau, Tensor Phi) TauPhi() => (ChannelScale(), zeros([], Weight.dtype, Weight.device));

    /// <summary>Returns τ: [out, 1, 1, 1].</summary>
    private protected Tensor ChannelScale()
    {
        using var _ = no_grad();
        return Weight.abs().mean([1, 2, 3], keepdim: true);
    }
}
