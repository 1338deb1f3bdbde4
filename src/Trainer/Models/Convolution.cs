using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// Convolutions without bias, in ways that are right on CPUs too. In float32 on CPUs with AVX-512, libtorch 2.10 reads uninitialised
/// memory, or writes outside its buffers: in the default memory order wherever channels do not fill a vector register (8 or 24, say),
/// with a single input channel, and in 1×1 convolutions that are strided or have odd channel counts. Outputs or gradients are then
/// garbage, often NaN. 3×3 convolutions with channels last and two or more input channels are right.
/// </summary>
internal static class Convolution
{
    /// <summary>x: [n, in, h, w]; weight: [out, in, k, k] with k = 1 or 3; padding k/2. Gives [n, out, h', w'], channels last.</summary>
    public static Tensor Apply(Tensor x, Tensor weight, int stride)
    {
        if (weight.shape[2] == 1) return ApplyPointwise(x, weight, stride);
        if (weight.shape[1] == 1) (x, weight) = (cat([x, zeros_like(x)], 1), cat([weight, zeros_like(weight)], 1));
        var padding = weight.shape[2] / 2;
        return nn.functional.conv2d(ChannelsLast.Of(x), ChannelsLast.Of(weight), strides: [stride, stride], padding: [padding, padding]);
    }

    // A matrix product over the positions that the stride keeps.
    private static Tensor ApplyPointwise(Tensor x, Tensor weight, int stride)
    {
        var (outChannels, inChannels) = (weight.shape[0], weight.shape[1]);
        var kept = x.slice(2, 0, x.shape[2], stride).slice(3, 0, x.shape[3], stride).permute(0, 2, 3, 1);
        var product = kept.reshape(-1, inChannels).matmul(weight.reshape(outChannels, inChannels).t());
        return product.reshape(kept.shape[0], kept.shape[1], kept.shape[2], outChannels).permute(0, 3, 1, 2);
    }
}
