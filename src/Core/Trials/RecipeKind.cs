namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Whether the accidents of the authors' code are repeated.</summary>
public enum RecipeKind
{
    /// <summary>
    /// What produced the published figures, accidents included: ReActNet-18's head has 1000 outputs whatever the
    /// classes; sgn(0) is 0 or −1 depending on the place, though U counts a weight of 0 as no one; a target of 50 %
    /// switches the penalty off.
    /// </summary>
    Authors = 0,

    /// <summary>
    /// What the paper says: one output a class; sgn(0) = −1 everywhere, so that every weight and activation is one of
    /// two values (Eq. 2) and U counts those that take β (Eq. 3); 50 % is a target like any other (Eq. 16). What the
    /// paper leaves open stays as in the authors' code,
    /// ReActNet's initial weights in (0, 0.001) among it.
    /// </summary>
    Corrected = 1,
}

/// <summary>What follows from a <see cref="RecipeKind"/>.</summary>
public static class RecipeKindExtensions
{
    /// <summary>
    /// True when U/N is held to EC. The authors' code takes EC of exactly one half for "no constraint"; the paper does
    /// not.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="expectedConnections">EC in [0, 1]; null: no target.</param>
    public static bool HasTarget(this RecipeKind recipe, double? expectedConnections) =>
        expectedConnections is { } target && (target != 0.5 || recipe == RecipeKind.Corrected);
}
