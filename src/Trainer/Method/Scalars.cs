using TorchSharp;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Operations of tensors with numbers. Only this class creates torch's scalars (BannedSymbols.txt bans creating them
/// elsewhere). TorchSharp does not keep a <see cref="Scalar"/> alive while torch reads it: once its handle is read, a
/// garbage collection on another thread may free the memory. Here each scalar is a constant, or is disposed after the
/// call. As in torch, an operation whose name ends in an underscore works in place.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar MinusTwo = Of(-2);
    public static readonly Scalar MinusOne = Of(-1);
    public static readonly Scalar Zero = Of(0);
    public static readonly Scalar One = Of(1);
    public static readonly Scalar Two = Of(2);

    /// <summary>Returns 0, 1, …, stop − 1 as int64.</summary>
    public static Tensor Range(long stop, Device device)
    {
        using var end = Of(stop);
        return arange(Zero, end, One, int64, device);
    }

    // These sums exist because TorchSharp's own sums of two tensors create a scalar for the factor 1 without keeping it
    // alive.
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Plus_(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>Returns x + factor·y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor)
    {
        using var scalar = Of(factor);
        return x.add(y, scalar);
    }

    /// <inheritdoc cref="Plus(Tensor, Tensor, double)"/>
    public static Tensor Plus_(this Tensor x, Tensor y, double factor)
    {
        using var scalar = Of(factor);
        return x.add_(y, scalar);
    }

    public static Tensor Plus(this Tensor x, long number)
    {
        using var scalar = Of(number);
        return x.add(scalar, One);
    }

    public static Tensor Plus_(this Tensor x, double number)
    {
        using var scalar = Of(number);
        return x.add_(scalar, One);
    }

    public static Tensor Minus_(this Tensor x, double number)
    {
        using var scalar = Of(number);
        return x.sub_(scalar);
    }

    public static Tensor Times(this Tensor x, double factor)
    {
        using var scalar = Of(factor);
        return x.mul(scalar);
    }

    /// <summary>Multiplies by a whole number. Integer tensors stay integers.</summary>
    public static Tensor Times(this Tensor x, long factor)
    {
        using var scalar = Of(factor);
        return x.mul(scalar);
    }

    public static Tensor Times_(this Tensor x, double factor)
    {
        using var scalar = Of(factor);
        return x.mul_(scalar);
    }

    public static Tensor Over(this Tensor x, double divisor)
    {
        using var scalar = Of(divisor);
        return x.div(scalar);
    }

    public static Tensor Over_(this Tensor x, double divisor)
    {
        using var scalar = Of(divisor);
        return x.div_(scalar);
    }

    /// <summary>Returns x + factor·a·b.</summary>
    public static Tensor PlusProduct_(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var scalar = Of(factor);
        return x.addcmul_(a, b, scalar);
    }

    /// <summary>Returns x + factor·a/b.</summary>
    public static Tensor PlusRatio_(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var scalar = Of(factor);
        return x.addcdiv_(a, b, scalar);
    }

    /// <summary>Clamps x to ±bound.</summary>
    public static Tensor Bound_(this Tensor x, double bound)
    {
        using var low = Of(-bound);
        using var high = Of(bound);
        return x.clamp_(low, high);
    }

    /// <summary>Sets x to the number where the mask is true.</summary>
    public static Tensor Fill_(this Tensor x, Tensor mask, double number)
    {
        using var scalar = Of(number);
        return x.masked_fill_(mask, scalar);
    }

    /// <summary>Returns a mask that is true where x &gt; number.</summary>
    public static Tensor IsAbove(this Tensor x, double number)
    {
        using var scalar = Of(number);
        return x.gt(scalar);
    }

    /// <summary>Returns a mask that is true where x ≤ number.</summary>
    public static Tensor IsAtMost(this Tensor x, double number)
    {
        using var scalar = Of(number);
        return x.le(scalar);
    }

    /// <summary>Returns a mask that is true where x ≥ number.</summary>
    public static Tensor IsAtLeast(this Tensor x, double number)
    {
        using var scalar = Of(number);
        return x.ge(scalar);
    }

#pragma warning disable RS0030 // The conversions are banned in all other files.
    private static Scalar Of(double number) => number;

    private static Scalar Of(long number) => number;
#pragma warning restore RS0030
}
