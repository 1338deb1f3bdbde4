using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Golden;

/// <summary>A test case of the reference vectors: its inputs, and its expected outputs with their tolerances.</summary>
internal sealed class GoldenCase(JsonElement one)
{
    public JsonElement In { get; } = one.GetProperty("in");

    public JsonElement Out { get; } = one.GetProperty("out");

    /// <summary>Reads a number, which is a decimal string or a JSON number.</summary>
    public static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? double.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : value.GetDouble();

    /// <summary>Reads a tensor. A number is read as a tensor of shape [].</summary>
    public static Tensor Tensor(JsonElement value, ScalarType type)
    {
        if (value.ValueKind != JsonValueKind.Object) return tensor(Number(value), type);
        var shape = value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        return tensor(value.GetProperty("values").EnumerateArray().Select(Number).ToArray()).reshape(shape).to(type);
    }

    public static Tensor Integers(JsonElement value) =>
        tensor(value.EnumerateArray().Select(n => n.GetInt64()).ToArray());

    /// <summary>The absolute tolerance of an output; null when the output must not be compared.</summary>
    public double? Tolerance(string name, Precision precision)
    {
        var tolerance = Out.GetProperty("tol").GetProperty(name).GetProperty(precision.Key());
        return tolerance.ValueKind == JsonValueKind.Null ? null : Number(tolerance);
    }

    /// <summary>
    /// Asserts an output that is computed in double precision, with a tolerance of relative 1e-8 or absolute 1e-12.
    /// </summary>
    public void AssertNumber(string name, double actual) => AssertNumber(name, Out.GetProperty(name), actual);

    public static void AssertNumber(string name, JsonElement expected, double actual)
    {
        var reference = Number(expected);
        Assert.True(Math.Abs(actual - reference) <= Math.Max(1e-8 * Math.Abs(reference), 1e-12),
            $"{name}: {actual:R} instead of {reference:R}");
    }

    /// <summary>Asserts an output, which is a tensor or a number, with its tolerance for the precision.</summary>
    public void AssertTensor(string name, Tensor actual, Precision precision) =>
        AssertNear(name, Out.GetProperty(name), actual, Tolerance(name, precision) ?? double.PositiveInfinity);

    /// <summary>The rounding error of a number in the vectors: half a unit in the ninth digit.</summary>
    private static double PrintedRounding(double number) =>
        number == 0 ? 0 : 0.5 * Math.Pow(10, Math.Floor(Math.Log10(number)) - 8);

    /// <summary>Asserts each element with an absolute tolerance.</summary>
    public static void AssertNear(string name, JsonElement expected, Tensor actual, double tolerance)
    {
        using var reference = Tensor(expected, float64);
        AssertNear(name, reference, actual, tolerance);
    }

    /// <summary>
    /// Asserts each element with an absolute tolerance against a reference computed from printed numbers.
    /// </summary>
    public static void AssertNear(string name, Tensor reference, Tensor actual, double tolerance)
    {
        Assert.Equal(reference.shape, actual.shape);
        using var difference = actual.detach().to(float64).sub(reference).abs().max();
        var worst = difference.item<double>();
        // Adds the rounding error of the vectors, because some tolerances for float64 are smaller.
        var allowed = tolerance + PrintedRounding(reference.abs().max().item<double>());
        // NaN fails, too.
        Assert.True(worst <= allowed, $"{name}: the largest error is {worst:E2} (allowed: {allowed:E2})");
    }
}
