using MathNet.Numerics;

namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>Fisher's F distribution, with results in <see cref="SignificantDigits"/>.</summary>
internal static class Fisher
{
    /// <summary>
    /// The probability of an F of this size or greater. It is computed as the upper tail itself, the regularised
    /// incomplete beta function, because 1 minus the lower tail would lose the digits of a small probability.
    /// </summary>
    /// <param name="f">The statistic, at least 0.</param>
    /// <param name="effect">Degrees of freedom of the numerator, at least 1.</param>
    /// <param name="residual">Degrees of freedom of the denominator, at least 1.</param>
    public static double UpperTail(double f, int effect, int residual) => SignificantDigits.Round(
        SpecialFunctions.BetaRegularized(residual / 2.0, effect / 2.0, residual / (residual + (effect * f))));
}
