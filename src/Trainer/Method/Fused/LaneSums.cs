using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>Where a kernel's sums over the rows gather: each by place, one after the other.</summary>
/// <param name="start">The first sum's first place.</param>
/// <param name="period">Places of a sum.</param>
internal readonly unsafe struct LaneSums(float* start, int period)
{
    /// <summary>Adds to a sum, counted from 0; lanes beyond the tensor's end are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int sum, Vector512<float> value, int place, int lanes) =>
        Lane.Add(value, start + (sum * period), place, lanes);
}
