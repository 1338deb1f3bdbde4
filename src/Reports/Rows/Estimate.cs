namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// Mean and standard deviation over seeds. It uses only decimals and IEEE square roots, so the digits are the same on
/// every machine.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="Sd">The standard deviation with n − 1; null for one value.</param>
/// <param name="Count">n, at least 1.</param>
public sealed record Estimate(decimal Mean, decimal? Sd, int Count)
{
    // Student's t at 97.5 % for 1 to 30 degrees of freedom.
    private static readonly decimal[] T975 =
    [
        12.7062m, 4.3027m, 3.1824m, 2.7764m, 2.5706m, 2.4469m, 2.3646m, 2.3060m, 2.2622m, 2.2281m, 2.2010m, 2.1788m,
            2.1604m, 2.1448m, 2.1314m,
        2.1199m, 2.1098m, 2.1009m, 2.0930m, 2.0860m, 2.0796m, 2.0739m, 2.0687m, 2.0639m, 2.0595m, 2.0555m, 2.0518m,
        2.0484m, 2.0452m, 2.0423m,
    ];

    /// <summary>The estimate of values, summed in their order; null when there are none.</summary>
    public static Estimate? Of(IReadOnlyCollection<decimal> values)
    {
        if (values.Count == 0) return null;
        var mean = values.Sum() / values.Count;
        if (values.Count == 1) return new Estimate(mean, null, 1);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new Estimate(mean, (decimal)Math.Sqrt((double)variance), values.Count);
    }

    /// <summary>Half the width of the mean's 95 % interval (Student's t); null for one value.</summary>
    public decimal? HalfWidth => Sd is { } sd ? StudentT(Count - 1) * sd / (decimal)Math.Sqrt(Count) : null;

    /// <summary>Student's t at 97.5 %, exact to three decimals.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    internal static decimal StudentT(int freedom)
    {
        if (freedom <= T975.Length) return T975[freedom - 1];
        // The first terms of Fisher's expansion around the value of the normal distribution.
        const decimal Z = 1.959964m;
        const decimal First = ((Z * Z * Z) + Z) / 4;
        const decimal Second = ((5 * Z * Z * Z * Z * Z) + (16 * Z * Z * Z) + (3 * Z)) / 96;
        return Z + (First / freedom) + (Second / freedom / freedom);
    }
}
