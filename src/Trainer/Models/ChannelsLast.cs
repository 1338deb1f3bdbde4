using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The memory order of images and weights: channels vary fastest. It is faster on CPUs, and the only one that is right there: in the
/// default order libtorch 2.10's float32 convolutions use uninitialised memory when the channels do not fill a vector register
/// (with 8 or 24 channels, say), and outputs or gradients are garbage.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same [n, c, h, w] values with channels last in memory; the tensor itself when they are.</summary>
    public static Tensor Of(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Zeros of shape [n, c, h, w] with channels last in memory.</summary>
    public static Tensor Zeros(long n, long c, long h, long w) => zeros(n, h, w, c).permute(0, 3, 1, 2);
}
