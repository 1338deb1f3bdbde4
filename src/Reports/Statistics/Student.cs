using MathNet.Numerics.Distributions;

namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// Student's t distribution. Results are rounded to twelve significant digits, so that they do not depend on a
/// machine's mathematical library.
/// </summary>
internal static class Student
{
    private const int Digits = 12;
    private const double Upper = 0.975;

    /// <summary>The t at which a two-sided 95 % interval ends.</summary>
    /// <param name="freedom">Degrees of freedom, above 0; those of Welch's test need not be whole.</param>
    public static double Quantile95(double freedom)
    {
        // The library's inverse is correct to eight digits; each step of Newton's method doubles their number.
        var t = StudentT.InvCDF(0, 1, freedom, Upper);
        for (var step = 0; step < 2; step++)
            t -= (StudentT.CDF(0, 1, freedom, t) - Upper) / StudentT.PDF(0, 1, freedom, t);
        return Rounded(t);
    }

    /// <summary>The two-sided p-value of a t statistic.</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="freedom">Degrees of freedom, above 0.</param>
    public static double TwoSided(double t, double freedom) =>
        Rounded(2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)));

    private static double Rounded(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        var scale = Math.Pow(10, Digits - 1 - Math.Floor(Math.Log10(Math.Abs(value))));
        return double.IsFinite(scale) ? Math.Round(value * scale) / scale : value;
    }
}
