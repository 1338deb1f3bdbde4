using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>When the penalty of Eq. 16–18 counts.</summary>
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
}
