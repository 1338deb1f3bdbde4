using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The memory order of images and weights, in which channels vary fastest. Convolutions are faster in it on CPUs, and
/// <see cref="Convolution"/> requires it.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>Returns the same [n, c, h, w] values with channels last in memory, copied only if necessary.</summary>
    public static Tensor Of(Tensor images) =>
        ChannelRows.IsChannelsLast(images) ? images : images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Returns zeros of shape [n, c, h, w] with channels last in memory.</summary>
    public static Tensor Zeros(long n, long c, long h, long w) => zeros(n, h, w, c).permute(0, 3, 1, 2);
}
