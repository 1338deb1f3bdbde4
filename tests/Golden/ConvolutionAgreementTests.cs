using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>
/// libtorch's float32 convolutions on CPUs return wrong values for some numbers of channels and memory orders. Our
/// convolutions must be correct at every width and in every precision.
/// </summary>
public sealed class ConvolutionAgreementTests
{
    public static MatrixTheoryData<int, int, int, int, PrecisionKind> Shapes => new(
        [1, 2, 3, 5, 8, 16, 17, 24, 33], [1, 3], [1, 2], [8, 7, 4], [PrecisionKind.Float32, PrecisionKind.BFloat16]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolution_AgreesWithFloat64_ForAnyNumberOfChannels(
        int channels, int kernel, int stride, int size, PrecisionKind precision)
    {
        using var scope = NewDisposeScope();
        // Fills freed memory with NaN, so that a kernel which reads freed memory returns NaN.
        for (var length = 64; length <= 1 << 20; length *= 2) full([length], float.NaN, float32).Dispose();

        var outputSize = (size + stride - 1) / stride;
        var shape = new BinaryLayerShape(channels, stride * channels, kernel, stride, outputSize, outputSize);
        using var layer = new SbnnConv2d(shape, DomainKind.Symmetric) { Precision = precision };
        using var exact = new SbnnConv2d(shape, DomainKind.Symmetric);
        exact.to(float64);
        var w = Noise(1, exact.Weight.shape);
        var x = Noise(2, 6, channels, size, size);
        var gradient = Noise(3, 6, stride * channels, outputSize, outputSize);
        var (found, foundX) = Run(layer, w, x, gradient, float32);
        var (reference, referenceX) = Run(exact, w, x, gradient, float64);

        Assert.Equal(float32, found.dtype);
        // bfloat16 has 8 significant bits. Operands and results are each rounded once, and some CPUs also round partial
        // sums.
        var tolerance = precision == PrecisionKind.Float32 ? 1e-5 : 2e-2;
        AssertAgrees("y", reference, found, tolerance);
        AssertAgrees("gradient of x", referenceX, foundX, tolerance);
        AssertAgrees("gradient of w", exact.Weight.grad!, layer.Weight.grad!, tolerance);
    }

    public static MatrixTheoryData<int, int, int, PrecisionKind, bool> StemShapes => new(
        [1, 3], [4, 8, 24, 33], [32, 15], [PrecisionKind.Float32, PrecisionKind.BFloat16], [false, true]);

    [Theory]
    [MemberData(nameof(StemShapes))]
    public void Convolution7x7_AgreesWithFloat64_ForAnyNumberOfChannels(
        int channels, int width, int size, PrecisionKind precision, bool channelsLast)
    {
        using var layer = new RealConv2d(channels, width, 7, 2);
        AssertAgreesRepeatedly(layer, channels, width, size, stride: 2, precision, channelsLast);
    }

    public static MatrixTheoryData<int, int, int, PrecisionKind, bool> DepthwiseShapes => new(
        [2, 3, 4, 8, 24, 33], [1, 2], [16, 7, 1], [PrecisionKind.Float32, PrecisionKind.BFloat16], [false, true]);

    [Theory]
    [MemberData(nameof(DepthwiseShapes))]
    public void DepthwiseConvolution_AgreesWithFloat64_ForAnyNumberOfChannels(
        int channels, int stride, int size, PrecisionKind precision, bool channelsLast)
    {
        using var layer = new RealConv2d(channels, channels, 3, stride, isDepthwise: true);
        AssertAgreesRepeatedly(layer, channels, channels, size, stride, precision, channelsLast);
    }

    // The reference is torch's own convolution of equally rounded operands in float64, which has no such errors.
    private static void AssertAgreesRepeatedly(
        RealConv2d layer, int channels, int width, int size, int stride, PrecisionKind precision, bool channelsLast)
    {
        layer.Precision = precision;
        for (var round = 0; round < 3; round++)
        {
            using var scope = NewDisposeScope();
            for (var length = 64; length <= 1 << 20; length *= 2) full([length], float.NaN, float32).Dispose();
            var type = precision == PrecisionKind.Float32 ? float32 : bfloat16;
            var outputSize = (size + stride - 1) / stride;
            var w = Noise(round, layer.Weight.shape).to(type).to(float64);
            var x = Noise(round + 10, 3, channels, size, size).to(type).to(float64);
            var gradient = Noise(round + 20, 3, width, outputSize, outputSize).to(type).to(float64);
            var (referenceW, referenceX) = (w.clone().requires_grad_(), x.clone().requires_grad_());
            var padding = layer.Weight.shape[2] / 2;
            var reference = nn.functional.conv2d(referenceX, referenceW, strides: [stride, stride],
                padding: [padding, padding], groups: channels / layer.Weight.shape[1]);
            (reference * gradient).sum().backward();

            using (no_grad()) layer.Weight.copy_(w);
            layer.Weight.grad = null;
            var ordered = channelsLast ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x;
            var input = ordered.to(float32).requires_grad_();
            var y = layer.forward(input);
            (y * gradient.to(float32)).sum().backward();

            Assert.Equal(float32, y.dtype);
            var tolerance = precision == PrecisionKind.Float32 ? 1e-5 : 2e-2;
            AssertAgrees("y", reference, y, tolerance);
            AssertAgrees("gradient of x", referenceX.grad!, input.grad!, tolerance);
            AssertAgrees("gradient of w", referenceW.grad!, layer.Weight.grad!, tolerance);
        }
    }

    [Theory]
    [InlineData(7, 2, 3, 8)]
    [InlineData(3, 1, 5, 5)]
    [InlineData(3, 2, 5, 5)]
    public void RealConvolution_IsExact_InFloat64(int kernel, int stride, int channels, int width)
    {
        using var scope = NewDisposeScope();
        using var layer = new RealConv2d(channels, width, kernel, stride, isDepthwise: channels == width);
        layer.to(float64);
        var w = Noise(1, layer.Weight.shape);
        using (no_grad()) layer.Weight.copy_(w);
        var x = Noise(2, 2, channels, 9, 9);

        var y = layer.forward(x);

        Assert.Equal(float64, y.dtype);
        AssertAgrees("y", nn.functional.conv2d(x, w, strides: [stride, stride], padding: [kernel / 2, kernel / 2],
            groups: channels / w.shape[1]), y, 1e-14);
    }

    private static (Tensor Y, Tensor GradientOfX) Run(
        SbnnConv2d layer, Tensor w, Tensor x, Tensor gradient, ScalarType type)
    {
        using (no_grad()) layer.Weight.copy_(w);
        layer.Surrogate = new SignSurrogate(0.1, 10);
        var input = x.to(type).clone().requires_grad_();
        var y = layer.forward(SignFunction.Apply(input, layer.Surrogate));
        (y * gradient.to(type)).sum().backward();
        return (y, input.grad!);
    }

    /// <summary>Pseudorandom numbers in ±1 that are the same on every machine.</summary>
    internal static Tensor Noise(int seed, params long[] shape)
    {
        var random = new Random(seed);
        var values = new double[shape.Aggregate(1L, (product, n) => product * n)];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(2 * random.NextDouble() - 1);
        return tensor(values).reshape(shape);
    }

    private static void AssertAgrees(string name, Tensor reference, Tensor found, double tolerance)
    {
        var off = (found.to(float64) - reference).abs().max().item<double>() / reference.abs().max().item<double>();
        Assert.True(off < tolerance, $"{name} is off by {off:E1} of its largest value"); // NaN fails, too.
    }
}
