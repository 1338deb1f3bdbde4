namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The entropy of a binary weight in bits (Eq. 6) and what a bound on it means (Eq. 7, 8).</summary>
public static class BinaryEntropy
{
    /// <summary>h(p) = −p·log₂ p − (1 − p)·log₂(1 − p) of Eq. 6 for p in [0, 1]; h(0) = h(1) = 0.</summary>
    public static double H(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        return Part(p) + Part(1 - p);
    }

    /// <summary>
    /// The p in [0, 1/2] with h(p) = <paramref name="entropy"/> in [0, 1]. (Erratum 5: h has a second inverse, 1 − p, which Eq. 8
    /// leaves out.)
    /// </summary>
    public static double Inverse(double entropy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entropy);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entropy, 1);
        if (entropy is 0 or 1) return entropy / 2;
        var (low, high) = (0.0, 0.5);
        while (true)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high) return middle; // neighbouring doubles
            if (H(middle) < entropy) low = middle;
            else high = middle;
        }
    }

    /// <summary>M = N·h⁻¹(h*) of Eq. 8: the greatest number of ones under the bound h(U/N) ≤ h*.</summary>
    /// <param name="weights">N.</param>
    /// <param name="bound">h* in [0, 1].</param>
    public static double MostOnes(long weights, double bound) => weights * Inverse(bound);

    private static double Part(double p) => p == 0 ? 0 : -p * Math.Log2(p);
}
