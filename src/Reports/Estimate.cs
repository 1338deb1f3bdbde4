namespace Sbnn.Sweeps.Reports;

/// <summary>Mean and standard deviation over seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Sd">The standard deviation with n − 1; null for one value.</param>
/// <param name="Count">n, at least 1.</param>
public sealed record Estimate(decimal Mean, decimal? Sd, int Count)
{
    // t at 97.5 % for 1 to 30 degrees of freedom; above, the normal distribution's value is near enough for a verdict.
    private static readonly decimal[] T975 =
    [
        12.706m, 4.303m, 3.182m, 2.776m, 2.571m, 2.447m, 2.365m, 2.306m, 2.262m, 2.228m, 2.201m, 2.179m, 2.160m, 2.145m, 2.131m,
        2.120m, 2.110m, 2.101m, 2.093m, 2.086m, 2.080m, 2.074m, 2.069m, 2.064m, 2.060m, 2.056m, 2.052m, 2.048m, 2.045m, 2.042m,
    ];

    /// <summary>The estimate of values taken in the order given; null when there are none.</summary>
    public static Estimate? Of(IReadOnlyCollection<decimal> values)
    {
        if (values.Count == 0) return null;
        var mean = values.Sum() / values.Count;
        if (values.Count == 1) return new Estimate(mean, null, 1);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new Estimate(mean, (decimal)Math.Sqrt((double)variance), values.Count);
    }

    /// <summary>Half the width of the mean's 95 % interval (Student's t); null for one value.</summary>
    public decimal? HalfWidth => Sd is { } sd
        ? (Count - 2 < T975.Length ? T975[Count - 2] : 1.960m) * sd / (decimal)Math.Sqrt(Count)
        : null;
}
