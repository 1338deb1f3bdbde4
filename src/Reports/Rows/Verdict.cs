using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The comparison of a row with the published one.</summary>
public enum Verdict
{
    /// <summary>There is no published top-1 accuracy.</summary>
    None = 0,

    /// <summary>The 95 % interval of ours − published lies inside ±δ.</summary>
    Reproduced = 1,

    /// <summary>The interval lies outside ±δ.</summary>
    NotReproduced = 2,

    /// <summary>
    /// The interval crosses a bound of ±δ, there are fewer than two seeds, or some missed their target.
    /// </summary>
    Underpowered = 3,

    /// <summary>Our settings or data differ from the published ones.</summary>
    NotComparable = 4,

    /// <summary>Not all seeds have a result.</summary>
    NotRun = 5,
}

/// <summary>The rule and the words of verdicts.</summary>
public static class VerdictExtensions
{
    /// <summary>δ: the largest difference in top-1 accuracy, in percentage points, that counts as equal.</summary>
    public const decimal Tolerance = 0.5m;

    /// <summary>The verdict on comparable runs.</summary>
    /// <param name="difference">Ours − published, percentage points.</param>
    public static Verdict Judge(Interval difference) => difference switch
    {
        { Low: null } => Verdict.Underpowered,
        { Low: >= -Tolerance, High: <= Tolerance } => Verdict.Reproduced,
        { Low: > Tolerance } or { High: < -Tolerance } => Verdict.NotReproduced,
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
}
