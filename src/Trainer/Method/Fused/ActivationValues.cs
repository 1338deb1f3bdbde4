using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The learned values of a block's end for each channel (<see cref="ChannelLoop.Spread(Tensor)"/>): RPReLU's three, and
/// the bias of the next RSign. Kept from the forward to the backward pass.
/// </summary>
internal sealed record ActivationValues(float[] ShiftIn, float[] Slope, float[] ShiftOut, float[] Bias)
{
    /// <summary>Creates them from the parameters; the bias is absent when no RSign follows.</summary>
    public static ActivationValues Of(Tensor shiftIn, Tensor slope, Tensor shiftOut, Tensor? bias) =>
        new(ChannelLoop.Spread(shiftIn), ChannelLoop.Spread(slope), ChannelLoop.Spread(shiftOut),
            bias is null ? [] : ChannelLoop.Spread(bias));

    /// <summary>prelu(v) + shiftOut.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Activate(Vector512<float> v, int place) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(v, default), v, v * Lane.At(Slope, place))
        + Lane.At(ShiftOut, place);
}
