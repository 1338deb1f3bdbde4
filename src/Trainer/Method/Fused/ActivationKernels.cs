using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>Computes signs = sgn(x + bias), where the value of the parameter zero stands for sgn(0).</summary>
internal readonly struct ShiftedSignKernel(ChannelRows x, float[] bias, float zero, ChannelRows signs) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums) =>
        Lane.Store(Lane.Sign(Lane.Load(x, at, lanes) + Lane.At(bias, place), zero), signs, at, lanes);
}

/// <summary>Computes xGradient = signsGradient·max(0, 2 − 2·|x + bias|). Its sum is the bias's gradient.</summary>
internal readonly struct ShiftedSignGradientKernel(
    ChannelRows x, float[] bias, ChannelRows signsGradient, ChannelRows xGradient) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var g = Lane.Load(signsGradient, at, lanes)
            * Lane.QuadraticSlope(Lane.Load(x, at, lanes) + Lane.At(bias, place));
        Lane.Store(g, xGradient, at, lanes);
        sums.Add(0, g, place, lanes);
    }
}

/// <summary>
/// Computes v = scale·y + offset + shortcut + shiftIn, x = prelu(v) + shiftOut, and signs = sgn(x + bias) unless the
/// signs are absent. The value of the parameter zero stands for sgn(0).
/// </summary>
internal readonly struct NormActivateKernel(
    ChannelRows y, float[] scale, float[] offset, ChannelRows shortcut, ActivationValues values, float zero,
    ChannelRows v, ChannelRows x, ChannelRows signs)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var input = Vector512.MultiplyAddEstimate(
            Lane.Load(y, at, lanes), Lane.At(scale, place), Lane.At(offset, place));
        input = input + Lane.Load(shortcut, at, lanes) + Lane.At(values.ShiftIn, place);
        var output = values.Activate(input, place);
        Lane.Store(input, v, at, lanes);
        Lane.Store(output, x, at, lanes);
        if (signs.IsPresent) Lane.Store(Lane.Sign(output + Lane.At(values.Bias, place), zero), signs, at, lanes);
    }
}

/// <summary>
/// Computes g, the gradient of v, from the gradients of x and of the signs. Either of them may be absent. The sums, in
/// this order: Σg, Σg·ŷ (ŷ is the normalised y), and the gradients of slope, shiftOut and bias.
/// </summary>
internal readonly struct NormActivateGradientKernel(
    ChannelRows y, float[] mean, float[] inverse, ActivationValues values, ChannelRows v, ChannelRows xGradient,
    ChannelRows signsGradient, ChannelRows g)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var input = Lane.Load(v, at, lanes);
        var outer = xGradient.IsPresent ? Lane.Load(xGradient, at, lanes) : default;
        if (signsGradient.IsPresent)
        {
            var throughSign = Lane.Load(signsGradient, at, lanes)
                * Lane.QuadraticSlope(values.Activate(input, place) + Lane.At(values.Bias, place));
            sums.Add(4, throughSign, place, lanes);
            outer += throughSign;
        }

        var isPositive = Vector512.GreaterThan(input, default);
        var inner = Vector512.ConditionalSelect(isPositive, outer, outer * Lane.At(values.Slope, place));
        Lane.Store(inner, g, at, lanes);
        sums.Add(0, inner, place, lanes);
        sums.Add(1, inner * (Lane.Load(y, at, lanes) - Lane.At(mean, place)) * Lane.At(inverse, place), place, lanes);
        sums.Add(2, Vector512.ConditionalSelect(isPositive, default, outer * input), place, lanes);
        sums.Add(3, outer, place, lanes);
    }
}
