using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The penalty of Eq. 16–18 on scalars, as the authors' code for CIFAR computes it.</summary>
public static class PenaltyArithmetic
{
    /// <summary>h at or below which λ is 0.</summary>
    public const double Threshold = 1e-4;

    /// <summary>False without a target, for γ = 0, and where EC of exactly one half means "no constraint" (<see cref="HasTarget"/>).</summary>
    /// <param name="expectedConnections">EC in [0, 1]; null: no target.</param>
    /// <param name="gamma">γ in [0, 1).</param>
    /// <param name="recipe">Whether EC of one half is a target.</param>
    public static bool IsOn(double? expectedConnections, double gamma, RecipeKind recipe = RecipeKind.Authors) =>
        HasTarget(expectedConnections, recipe) && gamma > 0;

    /// <summary>True when U/N is held to EC. The authors' code takes EC of exactly one half for "no constraint"; the paper does not.</summary>
    public static bool HasTarget(double? expectedConnections, RecipeKind recipe) =>
        recipe.HasTarget(expectedConnections);

    /// <summary>h = max(0, U/N − EC) (Eq. 16); 0 without a target.</summary>
    public static double H(long ones, long weights, double? expectedConnections, RecipeKind recipe = RecipeKind.Authors) =>
        HasTarget(expectedConnections, recipe) ? Math.Max(0, (double)ones / weights - expectedConnections!.Value) : 0;

    /// <summary>
    /// λ = γ·L/(h·(1 − γ)) (Eq. 18), so that the penalty is γ of the total L/(1 − γ); 0 when the term is off or h is at most
    /// <see cref="Threshold"/>.
    /// </summary>
    public static double Lambda(double loss, double h, double? expectedConnections, double gamma, RecipeKind recipe = RecipeKind.Authors) =>
        IsOn(expectedConnections, gamma, recipe) && h > Threshold ? gamma * loss / (h * (1 - gamma)) : 0;

    /// <summary>The total loss's penalty gradient on every binary weight: λ/(2N).</summary>
    public static double GradientOnEveryWeight(double lambda, long weights) => lambda / (2.0 * weights);
}
