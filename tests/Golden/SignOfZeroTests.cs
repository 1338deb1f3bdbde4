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

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void StraightThroughWithin1_StopsGradients_BeyondOne(double atZero)
    {
        using var scope = NewDisposeScope();
        var surrogate = SignSurrogate.StraightThroughWithin1(atZero);
        foreach (var type in new[] { float32, float64 })
        {
            // The bound itself is inside the window (Sec. 3.1).
            float[] values = [0, 0.5f, -1, 1, 1.0001f, -1.5f, 0.25f, -3];
            double[] slopes = [1, 1, 1, 1, 0, 0, 1, 0];
            var w = ChannelsLast.Of(tensor(values).reshape(1, 8, 1, 1).to(type)).requires_grad_();
            var effective = EffectiveWeight.Apply(w, tensor(2.0, type), tensor(0.5, type), surrogate);
            effective.sum().backward();
            Assert.Equal(slopes.Select(static slope => 2 * slope), w.grad!.to(float64).data<double>().ToArray());
            Assert.Equal((2 * atZero) + 0.5, effective.detach().to(float64).flatten()[0].item<double>());

            var v = tensor(values).to(type).requires_grad_();
            SignFunction.Apply(v, surrogate).sum().backward();
            Assert.Equal(slopes, v.grad!.to(float64).data<double>().ToArray());
        }
    }

    private static double Only(Tensor tensor)
    {
        var values = tensor.detach().to(float64);
        Assert.Equal(values.min().item<double>(), values.max().item<double>());
        return values.max().item<double>();
    }
}
