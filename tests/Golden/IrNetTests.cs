using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Tests IR-Net's layer by properties that follow from its definition, because no reference vectors exist for it.
/// </summary>
public class IrNetTests
{
    [Fact]
    public void EffectiveWeights_AreAPowerOfTwo_ForAnyMeanAndSpread()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(out var w);
        var effective = layer.EffectiveWeights().detach().clone();
        var logarithms = effective.abs().log2();
        Assert.True(logarithms.equal(logarithms.round()).all().item<bool>());
        // Standard normal weights have a mean absolute value of 0.8, and 2^round(log2 0.8) is 1.
        Assert.True(effective.abs().equal(1).all().item<bool>());
        Assert.True(effective.gt(0).equal(w.gt(w.mean([1, 2, 3], keepdim: true))).all().item<bool>());
        Assert.Equal(w.gt(w.mean([1, 2, 3], keepdim: true)).sum().item<long>(),
            LayerCounts.Of(layer.Signs(), 1, 0).Ones);

        using (no_grad()) layer.Weight.mul_(0.01).add_(3);
        Assert.True(layer.EffectiveWeights().equal(effective).all().item<bool>());
    }

    [Fact]
    public void EffectiveWeights_HaveHalfTheScale_WithRareLargeWeights()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(out _);
        using (no_grad()) layer.Weight.pow_(7);
        Assert.True(layer.TauPhi().Tau.le(0.5).all().item<bool>());
    }

    [Fact]
    public void Gradient_IsOrthogonal_ToEachChannelsMeanAndWeights()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(out var w);
        (layer.EffectiveWeights() * ConvolutionAgreementTests.Noise(2, w.shape)).sum().backward();
        var gradient = layer.Weight.grad!;
        Assert.True(gradient.abs().max().item<double>() > 0.1);
        Assert.True(gradient.sum([1, 2, 3]).abs().max().item<double>() < 1e-12);
        Assert.True((gradient * w).sum([1, 2, 3]).abs().max().item<double>() < 1e-12);
    }

    private static IrNetConv2d Layer(out Tensor w)
    {
        var layer = new IrNetConv2d(new BinaryLayerShape(8, 6, 3, 1, 1, 1)) { Surrogate = new SignSurrogate(1, 1) };
        layer.to(float64);
        using var _ = no_grad();
        w = ConvolutionAgreementTests.Noise(1, layer.Weight.shape).erfinv();
        layer.Weight.copy_(w);
        return layer;
    }
}
