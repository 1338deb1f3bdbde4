namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>A difference with its 95 % interval (Student's t); bounds are null for a single seed.</summary>
/// <param name="Middle">The difference.</param>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct Interval(decimal Middle, decimal? Low, decimal? High)
{
    /// <summary>An estimate minus a published value that is treated as exact.</summary>
    public static Interval Between(Estimate ours, decimal published)
    {
        var middle = ours.Mean - published;
        return new Interval(middle, middle - ours.HalfWidth, middle + ours.HalfWidth);
    }
}
