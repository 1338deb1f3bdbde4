using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Convolutions without bias that avoid errors of libtorch 2.10 on CPUs with AVX-512. There, some float32 convolutions
/// read uninitialised memory or write outside their buffers, so outputs or gradients are wrong, often NaN. The errors
/// occur in the default memory order if the channels do not fill whole vector registers (for example 8 or 24), with a
/// single input channel, and in 1×1 convolutions with a stride or with odd channel counts. 3×3 convolutions with
/// channels last and at least two input channels are right. Only these call torch's convolutions; all others are
/// matrix products, and depthwise convolutions are sums of products.
/// </summary>
internal static class Convolution
{
    /// <summary>The type that a layer's operands must have: the type of its parameters, or bfloat16.</summary>
    public static ScalarType TypeOf(IConvolution layer, Tensor weight) =>
        layer.Precision == PrecisionKind.BFloat16 ? bfloat16 : weight.dtype;

    /// <summary>
    /// x: [n, in, h, w]; weight: [out, in, k, k] with an odd k, or [in, 1, 3, 3] for a depthwise convolution, of x's
    /// type; padding k/2. Returns [n, out, ⌈h/stride⌉, ⌈w/stride⌉] of that type, channels last.
    /// </summary>
    public static Tensor Apply(Tensor x, Tensor weight, int stride)
    {
        if (weight.shape[1] < x.shape[1]) return DepthwiseConvolution.Apply(x, weight, stride);
        if (weight.shape[2] == 1) return ApplyPointwise(x, weight, stride);
        if (weight.shape[2] > 3) return ApplyWindows(x, weight, stride);
        if (weight.shape[1] == 1) (x, weight) = (cat([x, zeros_like(x)], 1), cat([weight, zeros_like(weight)], 1));
        (x, weight) = (ChannelsLast.Of(x), ChannelsLast.Of(weight));
        if (!HasSlowWeightGradient(x, weight, stride) || !weight.requires_grad) return Apply3x3(x, weight, stride);
        return PatchGradient.Apply(Apply3x3(x, weight.detach(), stride), x, weight, stride);
    }

    private static Tensor Apply3x3(Tensor x, Tensor weight, int stride) =>
        nn.functional.conv2d(x, weight, strides: [stride, stride], padding: [1, 1]);

    // True for the shapes in which oneDNN's bfloat16 kernel for the weights' gradient is slowest, because its threads
    // wait for each other by spinning. It takes several times as long as a matrix product, and longer on a busy machine
    // (benchmarks/README.md).
    private static bool HasSlowWeightGradient(Tensor x, Tensor weight, int stride)
    {
        if (x.dtype != bfloat16 || !ChannelRows.IsSupported(x)) return false;
        var positions = x.shape[0] * (x.shape[2] / stride) * (x.shape[3] / stride);
        return stride > 1 || positions <= 4 * weight.shape[0];
    }

    // A 1×1 convolution as a matrix product over the positions that the stride selects.
    private static Tensor ApplyPointwise(Tensor x, Tensor weight, int stride)
    {
        var (outChannels, inChannels) = (weight.shape[0], weight.shape[1]);
        if (stride > 1) x = x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride);
        var kept = x.permute(0, 2, 3, 1);
        var product = kept.reshape(-1, inChannels).matmul(weight.reshape(outChannels, inChannels).t());
        return product.reshape(kept.shape[0], kept.shape[1], kept.shape[2], outChannels).permute(0, 3, 1, 2);
    }

    // A convolution with a large kernel as a matrix product over copies of all windows. Its memory is affordable for a
    // stem, whose input has few channels.
    private static Tensor ApplyWindows(Tensor x, Tensor weight, int stride)
    {
        var (outChannels, kernel) = (weight.shape[0], weight.shape[2]);
        var padding = kernel / 2;
        var padded = nn.functional.pad(ChannelsLast.Of(x), [padding, padding, padding, padding]);
        var windows = padded.unfold(2, kernel, stride).unfold(3, kernel, stride).permute(0, 2, 3, 4, 5, 1);
        var rows = weight.permute(0, 2, 3, 1).reshape(outChannels, -1);
        var product = windows.reshape(-1, rows.shape[1]).matmul(rows.t());
        return product.reshape(x.shape[0], windows.shape[1], windows.shape[2], outChannels).permute(0, 3, 1, 2);
    }
}
