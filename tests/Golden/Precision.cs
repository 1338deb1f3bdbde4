using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>The floating-point precision of a case, on which its tolerances depend.</summary>
public enum Precision
{
    F32 = 0,
    F64 = 1,
}

internal static class PrecisionExtensions
{
    public static ScalarType ScalarType(this Precision precision) => precision == Precision.F32 ? float32 : float64;

    public static string Key(this Precision precision) => precision == Precision.F32 ? "f32" : "f64";
}
