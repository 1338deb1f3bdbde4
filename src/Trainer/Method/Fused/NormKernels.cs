using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>Sums Σ(y − shift) and Σ(y − shift)² for each channel.</summary>
internal readonly struct MomentsKernel(ChannelRows y, float[] shift) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var d = Lane.Load(y, at, lanes) - Lane.At(shift, place);
        sums.Add(0, d, place, lanes);
        sums.Add(1, d * d, place, lanes);
    }
}

/// <summary>
/// Computes sgn(scale·y + offset), where the value of the parameter zero stands for sgn(0). The kernel does the work of
/// normalisation, hardtanh and sign together, because hardtanh does not change a sign.
/// </summary>
internal readonly struct NormSignKernel(
    ChannelRows y, float[] scale, float[] offset, float zero, ChannelRows signs) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Vector512.MultiplyAddEstimate(Lane.Load(y, at, lanes), Lane.At(scale, place), Lane.At(offset, place));
        Lane.Store(Lane.Sign(v, zero), signs, at, lanes);
    }
}

/// <summary>
/// Computes g = signsGradient·slope(v) where |v| &lt; 1, otherwise 0, with v = scale·y + offset. Sums Σg and Σg·ŷ,
/// where ŷ = (y − mean)·inverse is the normalised y.
/// </summary>
internal readonly struct NormSignGradientKernel(
    ChannelRows y, float[] scale, float[] offset, float[] mean, float[] inverse, ChannelRows signsGradient, float t,
    float k, ChannelRows g)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var input = Lane.Load(y, at, lanes);
        var v = Vector512.MultiplyAddEstimate(input, Lane.At(scale, place), Lane.At(offset, place));
        var result = Lane.InsideOnly(Lane.Load(signsGradient, at, lanes) * Lane.Slope(v, t, k), v);
        Lane.Store(result, g, at, lanes);
        sums.Add(0, result, place, lanes);
        sums.Add(1, result * (input - Lane.At(mean, place)) * Lane.At(inverse, place), place, lanes);
    }
}

/// <summary>
/// Computes output = scale·y + offset + shortcut (which may be absent), clamped to ±1 if requested, and signs =
/// sgn(output), where the value of the parameter zero stands for sgn(0).
/// </summary>
internal readonly struct NormAddKernel(
    ChannelRows y, float[] scale, float[] offset, ChannelRows shortcut, bool clamps, float zero, ChannelRows output,
    ChannelRows signs)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Vector512.MultiplyAddEstimate(Lane.Load(y, at, lanes), Lane.At(scale, place), Lane.At(offset, place));
        if (shortcut.IsPresent) v += Lane.Load(shortcut, at, lanes);
        if (clamps) v = Lane.Clamp(v, Vector512<float>.One);
        Lane.Store(v, output, at, lanes);
        if (signs.IsPresent) Lane.Store(Lane.Sign(v, zero), signs, at, lanes);
    }
}

/// <summary>
/// Computes g = outputGradient + signsGradient·slope(output); if the output was clamped, g is 0 where |output| ≥ 1.
/// Either gradient may be absent. Sums Σg and Σg·ŷ.
/// </summary>
internal readonly struct NormAddGradientKernel(
    ChannelRows y, float[] mean, float[] inverse, ChannelRows output, ChannelRows outputGradient,
    ChannelRows signsGradient,
    bool clamps, float t, float k, ChannelRows g)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Lane.Load(output, at, lanes);
        var result = outputGradient.IsPresent ? Lane.Load(outputGradient, at, lanes) : default;
        if (signsGradient.IsPresent) result += Lane.Load(signsGradient, at, lanes) * Lane.Slope(v, t, k);
        if (clamps) result = Lane.InsideOnly(result, v);
        Lane.Store(result, g, at, lanes);
        sums.Add(0, result, place, lanes);
        sums.Add(1, result * (Lane.Load(y, at, lanes) - Lane.At(mean, place)) * Lane.At(inverse, place), place, lanes);
    }
}

/// <summary>Sums Σg and Σg·ŷ, where ŷ = (y − mean)·inverse is the normalised y.</summary>
internal readonly struct NormSumsKernel(ChannelRows y, float[] mean, float[] inverse, ChannelRows g) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var gradient = Lane.Load(g, at, lanes);
        sums.Add(0, gradient, place, lanes);
        sums.Add(
            1, gradient * (Lane.Load(y, at, lanes) - Lane.At(mean, place)) * Lane.At(inverse, place), place, lanes);
    }
}

/// <summary>
/// The last part of a batch normalisation's backward pass: yGradient = scale·g + slope·(y − mean) + offset.
/// </summary>
internal readonly struct NormInputGradientKernel(
    ChannelRows y, float[] mean, float[] scale, float[] slope, float[] offset, ChannelRows g, ChannelRows yGradient)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var centred = Lane.Load(y, at, lanes) - Lane.At(mean, place);
        var rest = Vector512.MultiplyAddEstimate(centred, Lane.At(slope, place), Lane.At(offset, place));
        Lane.Store(Vector512.MultiplyAddEstimate(Lane.Load(g, at, lanes), Lane.At(scale, place), rest),
            yGradient, at, lanes);
    }
}
