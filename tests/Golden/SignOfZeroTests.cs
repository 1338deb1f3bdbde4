using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Tests that sgn(0) has the recipe's value in every function that computes a sign, fused or not.
/// </summary>
public class SignOfZeroTests
{
    public static TheoryData<double> Values => [0, -1];

    [Theory]
    [MemberData(nameof(Values))]
    public void Sign_HasTheRecipesValue_AtZero(double atZero)
    {
        using var scope = NewDisposeScope();
        var surrogate = new SignSurrogate(2, 1, atZero);
        var (tau, phi) = (tensor(0.5f), tensor(0.25f));
        foreach (var type in new[] { float32, float64 })
        {
            Assert.Equal(atZero, Only(SignFunction.Apply(zeros(2, 8, 3, 3, type), surrogate)));
            Assert.Equal(0.5 * atZero + 0.25,
                Only(EffectiveWeight.Apply(ChannelsLast.Zeros(2, 8, 3, 3).to(type), tau.to(type), phi.to(type),
                    surrogate)));
        }

        using var sign = new RSign(8, atZero);
        foreach (var type in new[] { float32, float64 })
            Assert.Equal(atZero, Only(sign.to(type).forward(zeros(2, 8, 3, 3, type))));
        using var norm = nn.BatchNorm2d(8);
        Assert.Equal(atZero, Only(NormSign.Apply(ones(2, 8, 3, 3), norm, surrogate)));
        var (nothing, slope) = (zeros(8), ones(8));
        var end = NormActivate.Apply(
            ones(2, 8, 3, 3), norm, zeros(2, 8, 3, 3), nothing, slope, nothing, nothing, atZero);
        Assert.Equal(atZero, Only(end.Signs!));
        Assert.Equal(atZero,
            Only(NormAdd.Apply(ones(2, 8, 3, 3), norm, zeros(2, 8, 3, 3), clamps: true, surrogate).Signs));
    }

    [Fact]
    public void StraightThrough_PassesGradientsUnchanged()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, float64 })
        {
            var w = ChannelsLast.Of(ConvolutionAgreementTests.Noise(1, 4, 8, 3, 3).mul(3).to(type)).requires_grad_();
            var gradient = ConvolutionAgreementTests.Noise(2, 4, 8, 3, 3).to(type);
            (EffectiveWeight.Apply(w, tensor(1.0, type), tensor(0.0, type), SignSurrogate.StraightThrough)
                * gradient).sum().backward();
            Assert.Equal((type, 0.0), (type, (w.grad! - gradient).abs().max().to(float64).item<double>()));
        }
    }

    private static double Only(Tensor tensor)
    {
        var values = tensor.detach().to(float64);
        Assert.Equal(values.min().item<double>(), values.max().item<double>());
        return values.max().item<double>();
    }
}
