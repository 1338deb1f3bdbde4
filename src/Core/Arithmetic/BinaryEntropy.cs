namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The entropy of a binary weight in bits (Eq. 6).</summary>
public static class BinaryEntropy
{
    /// <summary>h(p) = −p·log₂ p − (1 − p)·log₂(1 − p) of Eq. 6 for p in [0, 1]; h(0) = h(1) = 0.</summary>
    public static double H(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        return Term(p) + Term(1 - p);
    }

    private static double Term(double p) => p == 0 ? 0 : -p * Math.Log2(p);
}
