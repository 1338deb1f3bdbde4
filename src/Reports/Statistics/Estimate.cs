namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>
/// Mean and standard deviation over seeds. They are computed with decimals and IEEE square roots only, so the digits
/// are the same on every machine.
/// </summary>
/// <param name="Mean">The mean.</param>
/// <param name="Sd">The standard deviation, with the divisor n − 1; null for one value.</param>
/// <param name="Count">n, at least 1.</param>
public sealed record Estimate(decimal Mean, decimal? Sd, int Count)
{
    /// <summary>Computes the estimate from values in the given order; null when there are none.</summary>
    public static Estimate? Of(IReadOnlyCollection<decimal> values)
    {
        if (values.Count == 0) return null;
        var mean = values.Sum() / values.Count;
        if (values.Count == 1) return new Estimate(mean, null, 1);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new Estimate(mean, (decimal)Math.Sqrt((double)variance), values.Count);
    }

    /// <summary>Half the width of the mean's 95 % interval (Student's t); null for one value.</summary>
    public decimal? HalfWidth => Sd is { } sd ? Quantile * sd / (decimal)Math.Sqrt(Count) : null;

    /// <summary>The mean with its 95 % interval.</summary>
    public Interval Interval => new(Mean, Mean - HalfWidth, Mean + HalfWidth);

    /// <summary>
    /// Half the width of the 95 % interval in which a further seed's value lies (Student's t); null for one value.
    /// </summary>
    public decimal? PredictionHalfWidth => Sd is { } sd ? Quantile * sd * (decimal)Math.Sqrt(1 + (1.0 / Count)) : null;

    private decimal Quantile => (decimal)Student.Quantile95(Count - 1);
}
