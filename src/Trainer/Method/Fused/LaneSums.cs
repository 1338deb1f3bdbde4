using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Collects a kernel's sums over the rows: one sequence of positions per sum, one sum after the other.
/// </summary>
/// <param name="start">The first position of the first sum.</param>
/// <param name="period">The number of positions per sum.</param>
internal readonly unsafe struct LaneSums(float* start, int period)
{
    /// <summary>Adds to a sum, counted from 0; lanes beyond the tensor's end are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int sum, Vector512<float> value, int place, int lanes) =>
        Lane.Add(value, start + (sum * period), place, lanes);
}
