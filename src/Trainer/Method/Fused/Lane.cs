using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>Sixteen float32 at a time; the last few elements of a tensor may be fewer.</summary>
internal static unsafe class Lane
{
    private const int Full = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from, long at, int lanes) =>
        lanes == Full ? Vector512.Load(from + at) : LoadSome(from + at, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to, long at, int lanes)
    {
        if (lanes == Full) value.Store(to + at);
        else StoreSome(value, to + at, lanes);
    }

    /// <summary>Per-channel values (<see cref="ChannelLoop.Spread"/>) from a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(float[] spread, int place) =>
        Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(spread), (nuint)place);

    /// <summary>Adds to a sum; lanes beyond the tensor's end are left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(Vector512<float> value, float* sum, int place, int lanes)
    {
        if (lanes != Full) value = Vector512.ConditionalSelect(Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)lanes)), value, default);
        (Vector512.Load(sum + place) + value).Store(sum + place);
    }

    /// <summary>−1, 1, or <paramref name="zero"/> where v is 0 (or NaN).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sign(Vector512<float> v, float zero) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(v, default), Vector512<float>.One,
        Vector512.ConditionalSelect(Vector512.LessThan(v, default), Vector512.Create(-1f), Vector512.Create(zero)));

    /// <summary>v within ±bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Clamp(Vector512<float> v, Vector512<float> bound) => Vector512.ConditionalSelect(
        Vector512.GreaterThan(v, bound), bound, Vector512.ConditionalSelect(Vector512.LessThan(v, -bound), -bound, v));

    /// <summary>g where −1 &lt; v &lt; 1, else 0: the backward pass of hardtanh.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InsideOnly(Vector512<float> g, Vector512<float> v) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(v), Vector512<float>.One), g, default);

    /// <summary>k·t·(1 − tanh²(t·v)) as 4·k·t·e/(1 + e)² with e = exp(−2·t·|v|), which loses no digits where tanh is near 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Slope(Vector512<float> v, float t, float k)
    {
        var e = Vector512.Exp(Vector512.Abs(v) * (-2 * t));
        var sum = e + Vector512<float>.One;
        return e * (4 * k * t) / (sum * sum);
    }

    private static Vector512<float> LoadSome(float* from, int lanes)
    {
        var some = stackalloc float[Full];
        new ReadOnlySpan<float>(from, lanes).CopyTo(new Span<float>(some, Full));
        return Vector512.Load(some);
    }

    private static void StoreSome(Vector512<float> value, float* to, int lanes)
    {
        var some = stackalloc float[Full];
        value.Store(some);
        new ReadOnlySpan<float>(some, lanes).CopyTo(new Span<float>(to, lanes));
    }
}
