using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Loads, stores and computes 16 elements at a time, as float32. The last group of a tensor may be smaller.
/// </summary>
internal static unsafe class Lane
{
    private const int Full = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ChannelRows from, long at, int lanes)
    {
        if (lanes != Full) return LoadSome(from, at, lanes);
        return from.IsBFloat16 ? Widen(Vector256.Load(from.BFloats + at)) : Vector512.Load(from.Singles + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, ChannelRows to, long at, int lanes)
    {
        if (lanes != Full) StoreSome(value, to, at, lanes);
        else if (to.IsBFloat16) Round(value).Store(to.BFloats + at);
        else value.Store(to.Singles + at);
    }

    /// <summary>
    /// Loads 16 successive values of an array with a value for each channel, as
    /// <see cref="ChannelLoop.Tile(int, Func{int, double})"/> makes it, from the given index.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(float[] spread, int place) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(spread), (nuint)place);

    /// <summary>Adds a value to a sum. Elements beyond the tensor's end are ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<float> value, float* sum, int place, int lanes)
    {
        if (lanes != Full)
            value = Vector512.ConditionalSelect(
                Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)lanes)), value, default);
        (Vector512.Load(sum + place) + value).Store(sum + place);
    }

    /// <summary>−1, 1, or <paramref name="zero"/> where v is 0 (or NaN).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sign(Vector512<float> v, float zero) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(v, default), Vector512<float>.One,
        Vector512.ConditionalSelect(Vector512.LessThan(v, default), Vector512.Create(-1f), Vector512.Create(zero)));

    /// <summary>v clamped to ±bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Clamp(Vector512<float> v, Vector512<float> bound) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(v, bound), bound, Vector512.ConditionalSelect(Vector512.LessThan(v, -bound), -bound, v));

    /// <summary>The backward pass of hardtanh: g where −1 &lt; v &lt; 1, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InsideOnly(Vector512<float> g, Vector512<float> v) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(v), Vector512<float>.One), g, default);

    /// <summary>g where |v| ≤ bound, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Within(Vector512<float> g, Vector512<float> v, float bound) =>
        Vector512.ConditionalSelect(
            Vector512.LessThanOrEqual(Vector512.Abs(v), Vector512.Create(bound)), g, default);

    /// <summary>
    /// k·t·(1 − tanh²(t·v)), computed as 4·k·t·e/(1 + e)² with e = exp(−2·t·|v|), which loses no digits where tanh is
    /// near 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> v, float t, float k)
    {
        var e = Vector512.Exp(Vector512.Abs(v) * (-2 * t));
        var sum = e + Vector512<float>.One;
        return e * (4 * k * t) / (sum * sum);
    }

    /// <summary>max(0, 2 − 2·|v|); NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> QuadraticSlope(Vector512<float> v) =>
        Vector512.Max(Vector512.Create(2f) - (Vector512.Abs(v) * 2f), default);

    // A bfloat16 is the upper half of a float32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<ushort> halves)
    {
        var (lower, upper) = Vector256.Widen(halves);
        return (Vector512.Create(lower, upper) << 16).AsSingle();
    }

    /// <summary>Rounds to the nearest bfloat16, ties to even; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One);
        rounded = Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded,
            Vector512.Create(0x7FC00000u)) >>> 16;
        return Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
    }

    private static Vector512<float> LoadSome(ChannelRows from, long at, int lanes)
    {
        var some = stackalloc float[Full];
        new Span<float>(some, Full).Clear();
        if (from.IsBFloat16)
        {
            for (var i = 0; i < lanes; i++) some[i] = BitConverter.UInt32BitsToSingle((uint)from.BFloats[at + i] << 16);
        }
        else
        {
            new ReadOnlySpan<float>(from.Singles + at, lanes).CopyTo(new Span<float>(some, lanes));
        }

        return Vector512.Load(some);
    }

    private static void StoreSome(Vector512<float> value, ChannelRows to, long at, int lanes)
    {
        if (to.IsBFloat16)
        {
            var halves = Round(value);
            for (var i = 0; i < lanes; i++) to.BFloats[at + i] = halves[i];
        }
        else
        {
            for (var i = 0; i < lanes; i++) to.Singles[at + i] = value[i];
        }
    }
}
