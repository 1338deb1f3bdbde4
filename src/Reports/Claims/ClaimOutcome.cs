namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>What the results show about a claim.</summary>
public enum ClaimOutcome
{
    /// <summary>The results show that the claim holds.</summary>
    Supported = 0,

    /// <summary>The results show that the opposite of the claim holds.</summary>
    Refuted = 1,

    /// <summary>The rows were trained on less than the published ones, so they show nothing about the claim.</summary>
    ReducedScale = 2,

    /// <summary>
    /// The results show neither the claim nor its opposite, settings other than the scale differ from the published
    /// ones, or there is no test.
    /// </summary>
    Inconclusive = 3,

    /// <summary>Not all seeds of the claim's rows have a result.</summary>
    NotRun = 4,
}

/// <summary>The words for outcomes in reports.</summary>
public static class ClaimOutcomeExtensions
{
    /// <summary>The outcome in words.</summary>
    public static string InWords(this ClaimOutcome outcome) => outcome switch
    {
        ClaimOutcome.Supported => "supported",
        ClaimOutcome.Refuted => "refuted",
        ClaimOutcome.ReducedScale => "reduced scale",
        ClaimOutcome.Inconclusive => "inconclusive",
        ClaimOutcome.NotRun => "not run",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
