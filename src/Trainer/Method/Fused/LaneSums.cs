using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// The memory in which a kernel collects its sums over the rows: for each sum one value per position of the period.
/// </summary>
/// <param name="start">The first value of the first sum.</param>
/// <param name="period">The number of values per sum (<see cref="ChannelLoop.Period"/>).</param>
internal readonly unsafe struct LaneSums(float* start, int period)
{
    /// <summary>
    /// Adds a vector of elements to the sum with the given number, counted from 0. Elements beyond the tensor's end are
    /// ignored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int sum, Vector512<float> value, int place, int lanes) =>
        Lane.Add(value, start + (sum * period), place, lanes);
}
