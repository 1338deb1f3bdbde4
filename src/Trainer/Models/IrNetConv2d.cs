using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// IR-Net's binary layer, the baseline of Table 2: with ŵ = (w − mean)/std of each output channel (unbiased std), w_q =
/// 2^round(log₂ mean|ŵ|)·sgn(ŵ). The scale has no gradient, but the standardisation has one. A binary weight is a one
/// when ŵ &gt; 0.
/// </summary>
public sealed class IrNetConv2d : BinaryConv2d
{
    private static readonly long[] Filter = [1, 2, 3];

    /// <param name="shape">The layer's sizes.</param>
    public IrNetConv2d(BinaryLayerShape shape)
        : base(shape, nameof(IrNetConv2d)) => RegisterComponents();

    /// <inheritdoc/>
    public override (Tensor Tau, Tensor Phi) TauPhi() => (Scale(Signs()), zeros([], Weight.dtype, Weight.device));

    /// <summary>Returns ŵ: the weights, standardised to mean 0 and variance 1 in each output channel.</summary>
    public override Tensor Signs()
    {
        var centred = Weight - Weight.mean(Filter, keepdim: true);
        return centred / centred.std(Filter, unbiased: true, keepdim: true);
    }

    /// <inheritdoc/>
    public override Tensor EffectiveWeights()
    {
        var standardised = Signs();
        return SignFunction.Apply(standardised, Surrogate).mul(Scale(standardised));
    }

    private static Tensor Scale(Tensor standardised)
    {
        using var _ = no_grad();
        return standardised.abs().mean(Filter, keepdim: true).log2_().round_().exp2_();
    }
}
