using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The learned values per channel of the activation at the end of a block (<see cref="ChannelLoop.Tile(Tensor)"/>):
/// the three of RPReLU, and the bias of the next RSign. They are kept from the forward to the backward pass.
/// </summary>
internal sealed record ActivationValues(float[] ShiftIn, float[] Slope, float[] ShiftOut, float[] Bias)
{
    /// <summary>Copies the values from the parameters. The bias is null when no RSign follows.</summary>
    public static ActivationValues Of(Tensor shiftIn, Tensor slope, Tensor shiftOut, Tensor? bias) =>
        new(ChannelLoop.Tile(shiftIn), ChannelLoop.Tile(slope), ChannelLoop.Tile(shiftOut),
            bias is null ? [] : ChannelLoop.Tile(bias));

    /// <summary>Computes prelu(v) + shiftOut.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Activate(Vector512<float> v, int place) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(v, default), v, v * Lane.At(Slope, place))
        + Lane.At(ShiftOut, place);
}
