using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>Computes effective = τ·sgn(w) + φ, where the value of the parameter zero stands for sgn(0).</summary>
internal readonly struct EffectiveWeightKernel(
    ChannelRows w, float tau, float phi, float zero, ChannelRows effective) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums) =>
        Lane.Store(Lane.Sign(Lane.Load(w, at, lanes), zero) * tau + Vector512.Create(phi), effective, at, lanes);
}

/// <summary>
/// Computes wGradient = gradient·τ·slope(w). Sums Σgradient·sgn(w), the gradient of τ, and Σgradient, the gradient of
/// φ.
/// </summary>
internal readonly struct EffectiveWeightGradientKernel(
    ChannelRows w, float tau, ChannelRows gradient, float t, float k, float zero, ChannelRows wGradient)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Lane.Load(w, at, lanes);
        var g = Lane.Load(gradient, at, lanes);
        Lane.Store(g * tau * Lane.Slope(v, t, k), wGradient, at, lanes);
        sums.Add(0, g * Lane.Sign(v, zero), place, lanes);
        sums.Add(1, g, place, lanes);
    }
}

/// <summary>
/// Like <see cref="EffectiveWeightGradientKernel"/> with a slope of 1 where |w| is at most the window, and 0 elsewhere.
/// </summary>
internal readonly struct StraightThroughGradientKernel(
    ChannelRows w, float tau, ChannelRows gradient, float window, float zero, ChannelRows wGradient)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Lane.Load(w, at, lanes);
        var g = Lane.Load(gradient, at, lanes);
        Lane.Store(Lane.Within(g * tau, v, window), wGradient, at, lanes);
        sums.Add(0, g * Lane.Sign(v, zero), place, lanes);
        sums.Add(1, g, place, lanes);
    }
}

/// <summary>Counts the elements with w &gt; 0 (first sum) and adds up |w| (second sum).</summary>
internal readonly struct OnesKernel(ChannelRows w) : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var v = Lane.Load(w, at, lanes);
        sums.Add(
            0,
            Vector512.ConditionalSelect(Vector512.GreaterThan(v, default), Vector512<float>.One, default),
            place,
            lanes);
        sums.Add(1, Vector512.Abs(v), place, lanes);
    }
}
