using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using Sbnn.Sweeps.Trainer.Models;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// Our max-pool must equal torch's bit by bit. This includes windows with several equal maxima, of which the first
/// receives the gradient.
/// </summary>
public sealed class MaxPoolTests
{
    [Theory]
    [InlineData(2, 1, 3, 3)]
    [InlineData(3, 5, 7, 8)]
    [InlineData(16, 4, 32, 32)]
    [InlineData(2, 24, 9, 1)]
    [InlineData(1, 7, 2, 5)]
    public void Apply_EqualsTorchsMaxPool_InOutputAndGradient(int batch, int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        var values = ConvolutionAgreementTests.Noise(1, batch, channels, height, width).mul(2).round().to(float32);
        var (ours, theirs) = (ChannelsLast.Of(values).clone().requires_grad_(), values.clone().requires_grad_());
        var plain = ChannelsLast.Of(values).clone().requires_grad_();

        var (pooled, pooledPlainly) = (MaxPool.Apply(ours), PlainMaxPool.Apply(plain));
        var reference = nn.functional.max_pool2d(theirs, 3, 2, 1);
        // The gradients are whole numbers, because sums of whole numbers are exact in any order.
        var gradient = ConvolutionAgreementTests.Noise(2, reference.shape).mul(8).round().to(float32);
        pooled.backward([gradient]);
        pooledPlainly.backward([gradient]);
        BackwardTensors.Release();
        reference.backward([gradient]);

        Assert.True(pooled.eq(reference).all().item<bool>());
        Assert.True(ours.grad!.eq(theirs.grad!).all().item<bool>());
        Assert.True(pooledPlainly.eq(reference).all().item<bool>());
        Assert.True(plain.grad!.eq(theirs.grad!).all().item<bool>());
    }

    [Fact]
    public void Apply_ReturnsNaN_ForAWindowWithNaN()
    {
        using var scope = NewDisposeScope();
        var values = ones(1, 4, 4, 4);
        using (no_grad()) values[0, 1, 2, 2] = tensor(float.NaN);
        Assert.Equal(
            nn.functional.max_pool2d(values, 3, 2, 1).isnan().data<bool>().ToArray(),
            MaxPool.Apply(values).contiguous().isnan().data<bool>().ToArray());
    }
}
