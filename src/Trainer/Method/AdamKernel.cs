using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Sbnn.Sweeps.Trainer.Method.Fused;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>One step of Adam, followed by a clamp of the parameter to ±bound (infinite for no limit).</summary>
internal readonly struct AdamKernel(
    ChannelRows parameter, ChannelRows gradient, ChannelRows mean, ChannelRows square, float stepSize, float root,
    float bound)
    : IChannelKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Handle(long at, int place, int lanes, LaneSums sums)
    {
        var g = Lane.Load(gradient, at, lanes);
        var m = Lane.Load(mean, at, lanes);
        m += (g - m) * (float)(1 - Adam.Beta1);
        var v = Lane.Load(square, at, lanes) * (float)Adam.Beta2 + g * g * (float)(1 - Adam.Beta2);
        var denominator = Vector512.Sqrt(v) / root + Vector512.Create((float)Adam.Epsilon);
        var p = Lane.Load(parameter, at, lanes) - m / denominator * stepSize;
        Lane.Store(m, mean, at, lanes);
        Lane.Store(v, square, at, lanes);
        Lane.Store(Lane.Clamp(p, Vector512.Create(bound)), parameter, at, lanes);
    }
}
