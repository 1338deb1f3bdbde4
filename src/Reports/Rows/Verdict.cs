using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The comparison of a metric with the published value.</summary>
public enum Verdict
{
    /// <summary>There is no published value.</summary>
    None = 0,

    /// <summary>The 95 % interval of ours − published, or an exact difference, lies inside ±δ.</summary>
    Reproduced = 1,

    /// <summary>The whole interval, or an exact difference, lies outside ±δ.</summary>
    NotReproduced = 2,

    /// <summary>
    /// The interval crosses a bound of ±δ, there are fewer than two seeds, or some seeds missed their target.
    /// </summary>
    Underpowered = 3,

    /// <summary>Our settings or data differ from the published ones.</summary>
    NotComparable = 4,

    /// <summary>Not all seeds have a result.</summary>
    NotRun = 5,
}

/// <summary>The rule for verdicts, and their words in reports.</summary>
public static class VerdictExtensions
{
    /// <summary>The verdict on runs whose settings equal the published ones.</summary>
    /// <param name="difference">Ours − published, in the metric's unit.</param>
    /// <param name="tolerance">δ, in the same unit.</param>
    public static Verdict Judge(Interval difference, decimal tolerance) => difference switch
    {
        { Low: null } => Verdict.Underpowered,
        _ when difference.Low >= -tolerance && difference.High <= tolerance => Verdict.Reproduced,
        _ when difference.Low > tolerance || difference.High < -tolerance => Verdict.NotReproduced,
        _ => Verdict.Underpowered,
    };

    /// <summary>The verdict in words.</summary>
    public static string InWords(this Verdict verdict) => verdict switch
    {
        Verdict.None => "",
        Verdict.Reproduced => "reproduced",
        Verdict.NotReproduced => "not reproduced",
        Verdict.Underpowered => "underpowered",
        Verdict.NotComparable => "not comparable",
        Verdict.NotRun => "not run",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    /// <summary>The sign that follows a published value in a table; empty when the row was not compared.</summary>
    public static string Sign(this Verdict verdict) => verdict switch
    {
        Verdict.Reproduced => "=",
        Verdict.NotReproduced => "≠",
        Verdict.Underpowered => "?",
        _ => "",
    };
}
