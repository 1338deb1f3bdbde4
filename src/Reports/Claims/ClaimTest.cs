namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>The one-sided tests of a claim about differences.</summary>
/// <param name="IsPaired">True for tests that are paired by seed (Student's t), false for Welch's.</param>
/// <param name="P">The p-value of the claim's opposite: a small one supports the claim.</param>
/// <param name="Opposite">The p-value of the claim: a small one refutes it.</param>
/// <param name="FamilySize">The number of the table's claims about differences, tested or not, for Holm's
/// correction.</param>
public sealed record ClaimTest(bool IsPaired, double P, double Opposite, int FamilySize)
{
    /// <summary><see cref="P"/> after Holm's correction.</summary>
    public double AdjustedP { get; init; }

    /// <summary><see cref="Opposite"/> after Holm's correction.</summary>
    public double AdjustedOpposite { get; init; }
}
