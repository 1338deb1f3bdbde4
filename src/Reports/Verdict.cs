namespace Sbnn.Sweeps.Reports;

/// <summary>How a row stands to the published one (DESIGN §8).</summary>
public enum Verdict
{
    /// <summary>No published row stands beside it.</summary>
    None = 0,

    /// <summary>The 95 % interval of ours − published lies inside ±δ.</summary>
    Reproduced = 1,

    /// <summary>The interval lies outside ±δ.</summary>
    NotReproduced = 2,

    /// <summary>The interval reaches over ±δ, or there are fewer than two seeds.</summary>
    Underpowered = 3,

    /// <summary>Our settings or data differ from the published ones.</summary>
    NotComparable = 4,

    /// <summary>Not all seeds have a result.</summary>
    NotRun = 5,
}

/// <summary>The verdict's rule and words.</summary>
public static class VerdictExtensions
{
    /// <summary>δ: a difference in top-1 accuracy, in percentage points, that counts as none.</summary>
    public const decimal Delta = 0.5m;

    /// <summary>The verdict on comparable runs.</summary>
    public static Verdict Judge(Estimate ours, decimal published)
    {
        if (ours.HalfWidth is not { } half) return Verdict.Underpowered;
        var difference = ours.Mean - published;
        if (difference - half >= -Delta && difference + half <= Delta) return Verdict.Reproduced;
        return difference - half > Delta || difference + half < -Delta ? Verdict.NotReproduced : Verdict.Underpowered;
    }

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
