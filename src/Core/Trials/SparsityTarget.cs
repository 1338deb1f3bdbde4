namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Whether binary weights are at their trial's sparsity target.</summary>
public static class SparsityTarget
{
    /// <summary>
    /// A target is reached when U/N is at most this many times EC (expected connections). This tolerance is a
    /// convention of this project. It is relative to EC, so that it is the same share at every target.
    /// </summary>
    public const decimal Tolerance = 1.05m;

    /// <summary>Whether the trial has a target.</summary>
    public static bool Exists(TrialSpec spec) => spec.Recipe.HasTarget(spec.Model, spec.ExpectedConnections);

    /// <summary>
    /// Whether <paramref name="ones"/> (U) of <paramref name="weights"/> (N) are at the target, or there is no target.
    /// </summary>
    // Decimal arithmetic, so that a binary rounding of EC cannot make a trial miss its target.
    public static bool IsReached(TrialSpec spec, long ones, long weights) =>
        !Exists(spec) || spec.Sparsity is not { } sparsity || ones <= Tolerance * (1 - (sparsity / 100)) * weights;
}
