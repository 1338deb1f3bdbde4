namespace Sbnn.Sweeps.Reports.Statistics;

/// <summary>A mean or a difference with its 95 % interval (Student's t); bounds are null for a single seed.</summary>
/// <param name="Middle">The mean or the difference.</param>
/// <param name="Low">The lower bound.</param>
/// <param name="High">The upper bound.</param>
public readonly record struct Interval(decimal Middle, decimal? Low, decimal? High)
{
    /// <summary>The interval of a value that is known exactly.</summary>
    public static Interval Exact(decimal value) => new(value, value, value);

    /// <summary>The interval of the difference to a value that is treated as exact.</summary>
    public Interval Less(decimal value) => new(Middle - value, Low - value, High - value);
}
