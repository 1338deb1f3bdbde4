using MathNet.Numerics.Distributions;

namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>Student's t distribution, with results in <see cref="SignificantDigits"/>.</summary>
internal static class Student
{
    private const double Upper = 0.975;

    /// <summary>The t at which a two-sided 95 % interval ends.</summary>
    /// <param name="freedom">Degrees of freedom, above 0; those of Welch's test need not be whole.</param>
    public static double Quantile95(double freedom)
    {
        // The library's inverse is correct to eight digits; each step of Newton's method doubles their number.
        var t = StudentT.InvCDF(0, 1, freedom, Upper);
        for (var step = 0; step < 2; step++)
            t -= (StudentT.CDF(0, 1, freedom, t) - Upper) / StudentT.PDF(0, 1, freedom, t);
        return SignificantDigits.Round(t);
    }

    /// <summary>The two-sided p-value of a t statistic.</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="freedom">Degrees of freedom, above 0.</param>
    public static double TwoSided(double t, double freedom) =>
        SignificantDigits.Round(2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)));
}
