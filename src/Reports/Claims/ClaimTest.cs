namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>The one-sided tests of a claim about differences.</summary>
/// <param name="IsPaired">True for tests that are paired by seed (Student's t), false for Welch's.</param>
/// <param name="P">The p-value of the claim's opposite: a small one supports the claim.</param>
/// <param name="Opposite">The p-value of the claim: a small one refutes it.</param>
/// <param name="FamilySize">The claims of the table that are about differences, tested or not.</param>
public sealed record ClaimTest(bool IsPaired, double P, double Opposite, int FamilySize)
{
    /// <summary><see cref="P"/> by Holm's correction.</summary>
    public double AdjustedP { get; init; }

    /// <summary><see cref="Opposite"/> by Holm's correction.</summary>
    public double AdjustedOpposite { get; init; }
}
