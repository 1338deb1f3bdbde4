using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>IR-Net's own layer, of which there are no vectors, by what its definition implies.</summary>
public class IrNetTests
{
    [Fact]
    public void Weights_are_a_power_of_two_up_or_down_whatever_their_channels_mean_and_spread()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(out var w);
        var effective = layer.EffectiveWeights().detach().clone();
        var logarithms = effective.abs().log2();
        Assert.True(logarithms.equal(logarithms.round()).all().item<bool>());
        // Standard normal weights have a mean modulus of 0.8, and 2^round(log2 0.8) is 1.
        Assert.True(effective.abs().equal(1).all().item<bool>());
        Assert.True(effective.gt(0).equal(w.gt(w.mean([1, 2, 3], keepdim: true))).all().item<bool>());
        Assert.Equal(w.gt(w.mean([1, 2, 3], keepdim: true)).sum().item<long>(),
            LayerCounts.Of(layer.Signs(), 1, 0).Ones);

        using (no_grad()) layer.Weight.mul_(0.01).add_(3);
        Assert.True(layer.EffectiveWeights().equal(effective).all().item<bool>());
    }

    [Fact]
    public void Rare_large_weights_halve_the_scale()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(out _);
        using (no_grad()) layer.Weight.pow_(7);
        Assert.True(layer.TauPhi().Tau.le(0.5).all().item<bool>());
    }

    [Fact]
    public void The_gradient_lies_across_the_mean_and_the_weights_of_each_channel()
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
